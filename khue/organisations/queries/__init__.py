"""What may be seen of codes, organisations, years, classes and subjects; always plain values."""
