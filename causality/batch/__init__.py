"""Score tables of reports: one drug-reaction pair per row, any number of rows."""
