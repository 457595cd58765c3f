"""A queryset that every page asks for -> its SQL, put together once; each time only the values are filled in."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)

# What stands for a value until it is known: nobody has such a key, and nothing happens on such a day.
_STAND_INS: dict[type, Callable[[int], Any]] = {
    int: lambda place: 7_365_298_104_726_351 + place,
    datetime: lambda place: datetime(4711, 3, 5, 7, 11, 13, tzinfo=UTC) + timedelta(days=place),
    date: lambda place: date(4712, 9, 17) + timedelta(days=place),
    str: lambda place: f"\ue000 {place}",
}


class _Asked:
    """The SQL of a queryset, and what is to be filled in."""

    def __init__(self, asked: Callable[..., models.QuerySet[Any, Any]], **kinds: type):
        self._asked = asked
        self._stand_ins = {name: _STAND_INS[kind](place) for place, (name, kind) in enumerate(kinds.items())}

    def _filled(self, values: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
        _, sql, given = self._put_together
        return sql, tuple(values[name] if name else value for name, value in given)

    @cached_property
    def _put_together(self) -> tuple[type[models.Model], str, list[tuple[str, Any]]]:
        """The model, the SQL, and each of its parameters: by the name of what is filled in, or as it is."""
        rows = self._asked(**self._stand_ins)
        sql, given = rows.query.sql_with_params()
        names = {stand_in: name for name, stand_in in self._stand_ins.items()}
        named = [(names.get(value, "") if isinstance(value, (int, date, str)) else "", value) for value in given]
        if missing := set(self._stand_ins) - {name for name, _ in named}:
            raise ValueError(f"The query has no place for {sorted(missing)} as they come.")
        return rows.model, sql, named


class Ready(_Asked, Generic[Row]):
    """Called with the values that ``kinds`` names it gives the rows of ``asked``, annotations included, relations not.

    Django puts a query together anew each time, which for few rows costs more than to ask it.  ``asked`` has to pass
    its values on as they come: it is called once, and with others.
    """

    def __init__(self, asked: Callable[..., models.QuerySet[Row]], **kinds: type):
        super().__init__(asked, **kinds)

    def __call__(self, **values: Any) -> list[Row]:
        rows: Any = self._put_together[0]._default_manager.raw(*self._filled(values))
        return list(rows)


class ReadyTuples(_Asked):
    """The same of a queryset of ``values_list``: tuples, as the database gives them."""

    def __call__(self, **values: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(*self._filled(values))
            return list(cursor.fetchall())
