"""What is not known of a pair, what its answers could change, and why the methods differ."""
