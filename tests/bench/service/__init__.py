"""Figures of the service under load and faults: `python -m tests.bench.service`."""
