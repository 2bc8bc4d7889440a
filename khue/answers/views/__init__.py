"""Pages of results day."""
