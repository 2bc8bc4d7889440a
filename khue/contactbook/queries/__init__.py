"""What may be seen of the contact book."""
