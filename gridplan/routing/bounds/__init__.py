"""What a plan must cost at least: a quick bound for every certificate, a strong one proven on request."""
