"""What happens to an uploaded sheet: received, planned, applied, undone, forgotten."""
