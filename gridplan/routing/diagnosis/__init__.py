"""Whether a round can be kept, what stands against it, and the smallest changes that mend it."""
