"""What comes in from the pages of attendance."""
