"""The report of a batch: aggregates as sections of plain data for a template."""
