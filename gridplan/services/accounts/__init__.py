"""Who is there, who may do what, who sees what when, and the log of who did it."""
