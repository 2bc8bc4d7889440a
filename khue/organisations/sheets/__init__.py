"""From and to spreadsheets: classes, the list of schools."""
