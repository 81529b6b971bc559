"""From an address as people write it to a point, with a level, a score and the reason when a person must look."""
