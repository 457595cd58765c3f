"""A queryset that every page asks for -> its SQL, put together once; each time only the values are filled in."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)

# What stands for a value until it is known: nobody has such a key, and nothing happens on such a day.
_STAND_INS: dict[type, Callable[[int], Any]] = {
    int: lambda place: 7_365_298_104_726_351 + place,
    datetime: lambda place: datetime(4711, 3, 5, 7, 11, 13, tzinfo=UTC) + timedelta(days=place),
    date: lambda place: date(4712, 9, 17) + timedelta(days=place),
    str: lambda place: f"\ue000 {place}",
}


class Ready(Generic[Row]):
    """Called with the values that ``kinds`` names it gives the rows of ``asked``, annotations included, relations not.

    Django puts a query together anew each time, which for few rows costs more than to ask it.  ``asked`` has to pass
    its values on as they come: it is called once, and with others.
    """

    def __init__(self, asked: Callable[..., models.QuerySet[Row]], **kinds: type):
        self._asked = asked
        self._stand_ins = {name: _STAND_INS[kind](place) for place, (name, kind) in enumerate(kinds.items())}

    def __call__(self, **values: Any) -> list[Row]:
        model, sql, given = self._sql
        filled: Iterable[Any] = (values[name] if name else value for name, value in given)
        return list(model._default_manager.raw(sql, tuple(filled)))

    @cached_property
    def _sql(self) -> tuple[type[Row], str, list[tuple[str, Any]]]:
        """The model, the SQL, and each of its parameters: by the name of what is filled in, or as it is."""
        rows = self._asked(**self._stand_ins)
        sql, given = rows.query.sql_with_params()
        names = {stand_in: name for name, stand_in in self._stand_ins.items()}
        named = [(names.get(value, "") if isinstance(value, (int, date, str)) else "", value) for value in given]
        if missing := set(self._stand_ins) - {name for name, _ in named}:
            raise ValueError(f"The query has no place for {sorted(missing)} as they come.")
        return rows.model, sql, named
