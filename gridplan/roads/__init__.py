"""Roads: an OpenStreetMap file becomes a street network, and points on it become travel times and lines."""
