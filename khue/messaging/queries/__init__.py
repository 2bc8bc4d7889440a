"""What may be seen of messages."""
