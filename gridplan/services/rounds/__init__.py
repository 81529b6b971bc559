"""Rounds of the store: made, tried, drafted; the crews that go out."""
