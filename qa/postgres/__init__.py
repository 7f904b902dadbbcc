"""Keep an index in PostgreSQL with pgvector, for an office where several people add and ask at once."""

from __future__ import annotations

from qa.postgres.health import examine, repair
from qa.postgres.index import PostgresIndex, shown

__all__ = ["PostgresIndex", "examine", "repair", "shown"]
