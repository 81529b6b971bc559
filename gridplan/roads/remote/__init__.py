"""Travel engines elsewhere: servers that speak OSRM or Valhalla, asked over HTTP and remembered."""
