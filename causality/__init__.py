"""Causality assessment of suspected drug-induced vasculitis from a dated timeline."""

__version__ = "0.1.0"
