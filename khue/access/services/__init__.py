"""What happens with accounts, by subject; other contexts come in by `khue.access.api`."""
