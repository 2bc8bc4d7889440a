"""What goes out as files."""
