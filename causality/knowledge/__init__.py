"""What is published about drugs, reactions, alternatives and tests: data with sources."""
