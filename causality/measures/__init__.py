"""Numbers and flags about one drug and one reaction, each between a lower and an upper bound."""
