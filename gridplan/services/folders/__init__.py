"""Work on a folder of files, without a database: place, plan, check, replan, screen, mend."""
