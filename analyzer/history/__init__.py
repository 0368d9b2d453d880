"""A store of runs: SQLite in a file, or PostgreSQL for a team. `place` says where, `opening` opens it, `recording` puts
a run in, `queries` reads, `telling` keeps what people say of a test later, `upkeep` looks after it, `exchange` takes
runs out as files and in again.

A run's document, byte for byte as it was written, is the truth, and so is what people told later; all other tables are
an index that is made from these. A *test* is known by the digests of its inputs; its *runs* are the analyses of it, and
the newest counts. Only this room knows a database.
"""
