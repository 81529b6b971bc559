"""What the office answers for: coverage, reports, files of sites, exports, and rounds played through."""
