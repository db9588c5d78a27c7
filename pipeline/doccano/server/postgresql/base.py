"""The backend Django loads for the engine `server.postgresql`."""

from django.db import Error
from django.db.backends.postgresql import base

_BEGIN = """
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
LOCK TABLE tawsim_folder IN EXCLUSIVE MODE
"""


class DatabaseWrapper(base.DatabaseWrapper):
    """Begins a transaction with a lock that one of them has at a time, and sees one state in it.

    What is written after something was read, such as newer spans where nobody looked, would else
    rest on what another transaction has changed meanwhile; and a document would be read with spans
    of one moment and relations of the next. The lock comes first: a snapshot is taken by the first
    statement that reads, and waiting comes before it. It ends with the transaction, however that
    ends, and hinders neither readers nor a dump.
    """

    def _set_autocommit(self, autocommit):
        super()._set_autocommit(autocommit)
        if autocommit:
            return
        try:
            with self.wrap_database_errors, self.connection.cursor() as cursor:
                cursor.execute(_BEGIN)
        except Error:
            self.close()  # else it would stay in a transaction that Django does not know of
            raise
