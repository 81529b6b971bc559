"""The store: the register, rounds, plans, results, log-ins and the audit log in one SQL database."""
