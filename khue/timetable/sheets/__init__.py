"""Teaching assignments from and to spreadsheets."""
