"""What happens when a file is made, changed, moved, joined with another or closed."""
