"""What the officers of a place may see of the work of its schools."""
