"""From measures to the closed facts: one rule per question, each with what it rests on."""
