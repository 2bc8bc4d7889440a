"""Assign homeroom and teaching; every assignment brings its right with it."""
