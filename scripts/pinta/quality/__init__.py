"""How good annotations are: one alignment, and agreement, adjudication and scores that share it."""
