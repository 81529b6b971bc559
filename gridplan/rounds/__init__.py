"""Rounds: which days a round has, which visits it needs, and whether its rule can be kept at all."""
