"""Figures of the books: coverage of many sites as of any time, and reports in four formats."""
