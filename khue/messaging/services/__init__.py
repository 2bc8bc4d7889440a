"""What happens to a message: ordered, sent, reported, answered."""
