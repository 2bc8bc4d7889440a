"""What may be seen of people and their files; always plain values."""
