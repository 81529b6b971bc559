"""The polygons of the grid: read, checked, mended, nested, and asked which area a point lies in."""
