"""What comes in: a deadline, the words of a reminder."""
