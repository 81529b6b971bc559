"""The judge: every promise looked at again from visit, team, day, shift and order alone. Shares no code with the search."""
