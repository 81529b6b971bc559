"""The services: they string the stages together for the doors (web, command line, worker)."""
