"""A published plan lived with: planned again, a stop explained or moved, a place found for a newcomer."""
