"""Entries of the log -> sentences that somebody can read: who did what to which row, and what it said before."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateTimeField, Model
from django.urls import NoReverseMatch, reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import localtime

from accounts.models import AuditEntry

NOTHING = "\u2013"  # what the desk shows where there is none
GONE = "somebody who is gone"


class Change(NamedTuple):
    """A field in words: "Title", "First night", "Second night"; None for what is not kept."""

    name: str
    before: str | None
    after: str | None


class Told(NamedTuple):
    """An entry, ready to be read; ``address`` leads to the row where that has a page."""

    entry: AuditEntry
    who: str
    which: str
    address: str
    changes: list[Change]

    @property
    def listed(self) -> SafeString:
        return as_list(self.changes)


def told(entries: Iterable[AuditEntry]) -> list[Told]:
    return [one(entry) for entry in entries]


def one(entry: AuditEntry) -> Told:
    return Told(entry, who(entry), which(entry), address(entry), changes(entry))


def who(entry: AuditEntry) -> str:
    return str(entry.by) if entry.by else GONE


def changes(entry: AuditEntry) -> list[Change]:
    """What changed, the unsaid last."""
    model = _model(entry.model)
    names = list(dict.fromkeys([*entry.before, *entry.after]))
    said = [
        Change(
            _name(model, name), _word(model, name, entry.before.get(name)), _word(model, name, entry.after.get(name))
        )
        for name in names
    ]
    return [*said, *(Change(_name(model, name), None, None) for name in entry.unsaid)]


def as_list(every: Iterable[Change]) -> SafeString:
    """Changes as a list, one a line: "Title: First night → Second night"."""
    lines = [
        format_html("<b>{}</b>: what it said is not kept", change.name)
        if change.after is None
        else format_html(
            '<b>{}</b>: <bdi>{}</bdi> <span aria-hidden="true">→</span><span class="visually-hidden">, then</span> '
            "<bdi>{}</bdi>",
            *change,
        )
        for change in every
    ]
    items = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
    return format_html('<ul class="changes">{}</ul>', items) if lines else SafeString(NOTHING)


def _model(label: str) -> type[Model] | None:
    try:
        return apps.get_model(label)
    except LookupError:
        return None


def _field(model: type[Model] | None, name: str) -> Any:
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _name(model: type[Model] | None, name: str) -> str:
    field = _field(model, name)
    return capfirst(str(field.verbose_name if field else name.replace("_", " ")))


def _word(model: type[Model] | None, name: str, value: Any) -> str:
    field = _field(model, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value in (None, "", []):
        return _choice(field, "") or NOTHING
    if field and field.related_model and isinstance(value, int):  # of a person, and so by the name they have now
        return str(field.related_model._base_manager.filter(pk=value).first() or GONE)
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(field, DateTimeField) and (at := parse_datetime(value)):
        return date_format(localtime(at), "j M Y, H:i")
    return _choice(field, value) or str(value)


def _choice(field: Any, value: Any) -> str:
    """The choice's own word, where the field has choices."""
    return str(dict(field.flatchoices).get(value, "")) if field and getattr(field, "choices", None) else ""


def which(entry: AuditEntry) -> str:
    """The row by the name that may stay, or else by the one it has now; by its number where it is gone."""
    model = _model(entry.model)
    kind = str(model._meta.verbose_name) if model else entry.model
    if entry.label:
        return f"{kind} {entry.label}"
    row = model._base_manager.filter(pk=entry.key).first() if model else None
    return f"{kind} {row if row else entry.key}"


def address(entry: AuditEntry) -> str:
    """Of the row's own page, or of the one that it stands on."""
    for label, key in ((entry.model, entry.key), (entry.within_model, entry.within_key)):
        try:
            return reverse(f"admin:{label.replace('.', '_')}_change", args=[key])
        except NoReverseMatch:
            continue
    return ""
