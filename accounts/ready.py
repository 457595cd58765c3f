"""A queryset that every page asks for -> its SQL, put together and planned once; then only values are filled in."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.query import RelatedPopulator, get_related_populators
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", bound=models.Model)

# What stands for a value until it is known: nobody has such a key, and nothing happens on such a day.
_STAND_INS: dict[type, Callable[[int], Any]] = {
    int: lambda place: 7_365_298_104_726_351 + place,
    datetime: lambda place: datetime(4711, 3, 5, 7, 11, 13, tzinfo=UTC) + timedelta(days=place),
    date: lambda place: date(4712, 9, 17) + timedelta(days=place),
    str: lambda place: f"\ue000 {place}",
}


class Statement(NamedTuple):
    """SQL, each of its parameters (by the name of what is filled in, else as it is), and who put it together."""

    sql: str
    given: list[tuple[str, Any]]
    compiler: SQLCompiler


class _Shape(NamedTuple):
    """Where in a row the model's own fields stand, what they are called, and what else is made of it."""

    own: slice
    names: list[str]
    relations: list[RelatedPopulator]
    converters: dict[int, Any]


class ReadyTuples:
    """Called with the values that ``kinds`` names it gives the tuples of ``asked``, a ``values_list``, as they come.

    Django puts a query together anew each time, which for few rows costs more than to ask it.  ``asked`` has to pass
    its values on as they come: it is called once, and with others.
    """

    def __init__(self, asked: Callable[..., models.QuerySet[Any, Any]], **kinds: type):
        self._asked = asked
        self._stand_ins = {name: _STAND_INS[kind](place) for place, (name, kind) in enumerate(kinds.items())}

    def __call__(self, **values: Any) -> list[tuple[Any, ...]]:
        filled = [values[name] if name else value for name, value in self.statement.given]
        return connection.prepared(self.statement.sql, filled)  # type: ignore[attr-defined]  # by ``wecops.database``

    @cached_property
    def statement(self) -> Statement:
        """What is sent each time.  Raises ``ValueError`` where a value has no place of its own in it."""
        compiler = self._asked(**self._stand_ins).query.get_compiler(DEFAULT_DB_ALIAS)
        sql, given = compiler.as_sql()
        names = {stand_in: name for name, stand_in in self._stand_ins.items()}
        named = [(names.get(value, "") if isinstance(value, (int, date, str)) else "", value) for value in given]
        if missing := set(self._stand_ins) - {name for name, _ in named}:
            raise ValueError(f"The query has no place for {sorted(missing)} as they come.")
        return Statement(sql, named, compiler)


class Ready(Generic[Row]):
    """The same for rows of a model, with what was annotated and the relations that ``select_related`` names."""

    def __init__(self, asked: Callable[..., models.QuerySet[Row]], **kinds: type):
        self._tuples = ReadyTuples(asked, **kinds)

    def __call__(self, **values: Any) -> list[Row]:
        rows = self._tuples(**values)
        shape = self._shape
        return [self._made(row) for row in self._compiler.apply_converters(rows, shape.converters)]

    def _made(self, row: list[Any]) -> Row:
        """As ``django.db.models.query.ModelIterable`` makes it."""
        compiler, shape = self._compiler, self._shape
        made: Row = compiler.klass_info["model"].from_db(DEFAULT_DB_ALIAS, shape.names, row[shape.own])
        for relation in shape.relations:
            relation.populate(row, made)
        for name, place in compiler.annotation_col_map.items():
            setattr(made, name, row[place])
        return made

    @property
    def _compiler(self) -> SQLCompiler:
        return self._tuples.statement.compiler

    @cached_property
    def _shape(self) -> _Shape:
        compiler = self._compiler
        columns = [column[0] for column in compiler.select]
        own = slice(compiler.klass_info["select_fields"][0], compiler.klass_info["select_fields"][-1] + 1)
        beside: Any = get_related_populators  # whose stubs are those of a later Django
        relations = beside(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)
        names = [column.target.attname for column in columns[own]]
        return _Shape(own, names, relations, compiler.get_converters(columns))
