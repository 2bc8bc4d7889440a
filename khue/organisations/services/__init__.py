"""What happens when organisations, years, classes, subjects and codes are made or changed."""
