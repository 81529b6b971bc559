"""The stored register: lists in, sites and areas looked after, doubts decided."""
