"""Stored plans: looked at, changed by hand, compared, published, replanned, handed over."""
