"""Students and staff from and to spreadsheets."""
