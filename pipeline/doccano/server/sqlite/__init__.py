"""Django's SQLite backend, with transactions that take the write lock when they begin."""
