"""The words for a result, shared by the terminal and the report."""
