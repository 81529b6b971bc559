"""Invents a district in gridplan's input format; a script beside the library, never imported by it."""
