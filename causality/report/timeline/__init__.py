"""The timeline figure: panels with a scale of their own, lanes, and marks in them."""
