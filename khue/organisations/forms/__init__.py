"""What people fill in about organisations, years, classes, subjects and bundles."""
