"""Planning: who visits what, when and in which order; and, apart from it, the judge of plans."""
