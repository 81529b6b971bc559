"""The service itself: health, settings of machines, backups, jobs, the frame of every page, lists for programs."""
