"""What happens to long work: ordered, run, watched, cancelled, rescued."""
