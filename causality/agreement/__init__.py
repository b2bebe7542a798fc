"""Agreement between raters or methods: two columns of categories, row by row."""
