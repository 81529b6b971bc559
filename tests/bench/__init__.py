"""Speed tables: printed, never asserted."""
