"""The closed vocabulary, dates and quantities that every stage shares."""
