"""Absences from files."""
