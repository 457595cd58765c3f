"""A request -> Django's own PostgreSQL connection, known to be alive without asking the server."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """With ``CONN_HEALTH_CHECKS`` Django asks for ``SELECT 1`` before each request, and hardly ever needs to.

    A server that goes away closes its connections, and before it does it says so: either makes the line readable.
    Between two requests nothing else arrives, so a line with nothing to read is alive.  (One that is cut without a word
    answers no ``SELECT 1`` either.)
    """

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        line = select.poll()
        line.register(self.connection.fileno(), select.POLLIN)
        return super().is_usable() if line.poll(0) else True
