"""How a transaction uses the database: it reads, writes alone, or writes beside others."""

from __future__ import annotations

from enum import Enum

OPTION = "gridplan_access"
"""Execution option of a connection: the `Access` of its transactions; READ where it is not set."""


class Access(Enum):
    """What a transaction may do, and who else may write meanwhile.

    SQLite knows one writer at a time, so that BESIDE is ALONE there. What PostgreSQL makes of them stands in `postgres`.
    """

    READ = "read"
    ALONE = "alone"
    BESIDE = "beside"
