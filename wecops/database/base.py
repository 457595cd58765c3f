"""A request -> Django's own PostgreSQL connection: alive without asking, and plans what is asked often once."""

import select
from collections.abc import Sequence
from typing import Any

from django.db import NotSupportedError
from django.db.backends.postgresql import base, operations


class DatabaseOperations(operations.DatabaseOperations):
    """Tells whoever logs queries what was asked, values included, also where the server fills them in."""

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> Any:
        if isinstance(cursor, base.ServerBindingCursor):
            return self.compose_sql(sql, params)
        return super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """With ``CONN_HEALTH_CHECKS`` Django asks for ``SELECT 1`` before each request, and hardly ever needs to.

    A server that goes away closes its connections, and before it does it says so: either makes the line readable.
    Between two requests nothing else arrives, so a line with nothing to read is alive.  (One that is cut without a word
    answers no ``SELECT 1`` either.)
    """

    ops_class = DatabaseOperations

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        line = select.poll()
        line.register(self.connection.fileno(), select.POLLIN)
        return super().is_usable() if line.poll(0) else True

    def prepared(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """The rows of a query that a connection asks for again and again: the server plans it once for each.

        A plan outlives no change of its tables, and the server then refuses it: a new connection makes another.
        """
        try:
            return self._rows(sql, values)
        except NotSupportedError:
            if self.in_atomic_block:
                raise
            self.close()
            return self._rows(sql, values)

    def bound(self, milliseconds: int) -> None:
        """From here to its end no statement of this transaction takes longer."""
        with self.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{milliseconds}ms"])

    def _rows(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        self.ensure_connection()
        plain = self.connection.cursor_factory
        self.connection.cursor_factory = base.ServerBindingCursor  # Django's own fills values in, so each text is new
        try:
            cursor = self.cursor()
        finally:
            self.connection.cursor_factory = plain
        with cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())
