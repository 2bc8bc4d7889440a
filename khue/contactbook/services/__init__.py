"""What happens in the contact book."""
