"""The report of a case: a view of plain data, its figures, and the files made of them."""
