"""Fuzzing commands: random damage, no crash, no hang."""
