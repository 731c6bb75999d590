"""PostgreSQL, from version 13: what doorlicht asks of it, and how.

Counting is told in ``docs/decisions/008-counting-in-postgresql.md``.
"""

from doorlicht.sources.databases.connector import DatabaseConnector
from doorlicht.sources.databases.postgresql.session import PostgreSQL

connector = DatabaseConnector(PostgreSQL())
"""What the entry point names: one for each process, for it keeps a connection."""
