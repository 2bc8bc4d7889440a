"""The pages of the contact book."""
