"""Score facts with an algorithm given as decision tables; no algorithm is known here by name."""
