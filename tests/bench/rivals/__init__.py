"""What ours is measured against: written as a competent person would without this project."""
