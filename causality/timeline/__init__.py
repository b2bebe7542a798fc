"""Order and visibility of a case's events: what is certainly past at a moment."""
