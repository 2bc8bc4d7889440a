"""Who leads which class, who teaches what, and how much."""
