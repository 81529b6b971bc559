"""Fieldwork: who walks which route, and what is taken of what they report."""
