"""What a person sees of imports, and what both reading and writing need."""
