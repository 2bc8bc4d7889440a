"""The contact book as files to take along."""
