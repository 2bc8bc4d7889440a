"""What the law says of a teacher's work."""
