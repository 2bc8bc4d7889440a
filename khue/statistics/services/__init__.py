"""What happens to figures: they are counted anew."""
