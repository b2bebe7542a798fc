"""Assess a case: every pair, every algorithm, at a moment and over time."""
