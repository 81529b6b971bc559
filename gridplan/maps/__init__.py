"""Maps: a plan as GeoJSON, the frame of map pages and the map that opens with no network."""
