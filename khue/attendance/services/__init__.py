"""Taking attendance, excuse notes, imports."""
