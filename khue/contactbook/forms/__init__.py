"""What people fill in for the contact book."""
