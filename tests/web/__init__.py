"""The pages: who may see and do what."""
