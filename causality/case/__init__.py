"""The case file: its model, its reader and the checks that need more than one value."""
