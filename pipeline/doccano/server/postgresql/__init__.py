"""Django's PostgreSQL backend, with transactions that wait their turn as SQLite's do."""
