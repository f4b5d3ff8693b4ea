"""What people see: views turned into text and keyboards; pure."""
