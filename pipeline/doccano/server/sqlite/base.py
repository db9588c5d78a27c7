"""The backend Django loads for the engine `server.sqlite`."""

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Begins with IMMEDIATE, so that a transaction that reads and then writes waits its turn.

    A plain BEGIN takes the lock at the first write, and then fails at once, whatever the time-out,
    when another connection wrote in between (SQLITE_BUSY_SNAPSHOT).
    """

    def prepare_database(self):
        """Let people read while somebody writes; kept in the file."""
        with self.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")

    def _start_transaction_under_autocommit(self):
        self.cursor().execute("BEGIN IMMEDIATE")
