"""Geocoders on the network, one interface for all: off unless somebody asks, their datum converted at the boundary."""
