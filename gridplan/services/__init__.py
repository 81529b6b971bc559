"""The services: they string the stages together for the doors (web, command line, worker).

From the ground up: `folders` (no database), `desk`, `accounts`, `registry`, `rounds`, `plans`, `field`, `reporting`, `operation`;
imports point down.
"""
