"""A site's pages as visitors and search engines get them, and what they are suspected by."""
