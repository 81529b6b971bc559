"""Finds plans: the round as arrays, ruin and recreate, PyVRP beside it, OR-Tools for days and whole routes."""
