"""Reports: the tally of coverage, the pace, and the tables and files that people read."""
