"""A place in one server's timeline of a hashtag -> the parts that follow it, each with the place after it.

What comes first is read backwards, from the newest status into the past; from then on forwards, from the newest that
was had.  Ids say nothing: only the server knows what stands beside what.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from chats.sources.files.times import parse
from chats.sources.files.values import mapping, string
from chats.sources.mastodon_server import CLOSED, LONGEST_ID, Listed, Server

_LIMIT = "limit=40"
_OVERLAP = 20  # statuses that are asked for again each time: a late one may come among them
_PATIENCE = 3  # parts that lie wholly in the past, before no more are read: late ones stand among others


class Place(NamedTuple):
    """How far one server was read.

    ``recent`` are the newest ids had, oldest first; ``newer`` and ``older`` what to ask next in either direction, ""
    when there is nothing more for now; ``past`` how many parts in a row lay before the time sought.  ``access`` is what
    the server does not tell us, as it said when it was last asked.
    """

    recent: tuple[str, ...] = ()
    newer: str = ""
    older: str = ""
    past: int = 0
    access: str = ""

    @classmethod
    def of_json(cls, value: object) -> "Place":
        """What ``to_json`` gave, or anything else."""
        found = mapping(value)
        recent, past = found.get("recent"), found.get("past")
        ids = [string(each) for each in recent] if isinstance(recent, list) else []
        return cls(
            tuple(filter(None, ids)),
            string(found.get("newer")),
            string(found.get("older")),
            past if type(past) is int else 0,
            string(found.get("access")),
        )

    def to_json(self) -> dict:
        return {name: value for name, value in self._asdict().items() if value}

    def after(self, ids: Sequence[str], *, newer: str) -> "Place":
        """The same when these ids, newest first, were had."""
        had = [*(each for each in self.recent if each not in ids), *reversed(ids)]
        return self._replace(recent=tuple(had[-_OVERLAP:]), newer=newer)


class Part(NamedTuple):
    """Statuses that were not had, or have been edited.  ``place`` is where to go on after them."""

    place: Place
    statuses: list


def parts(server: Server, tag: str, place: Place, since: datetime | None) -> Iterator[Part]:
    """Everything from ``place`` on up to what there is now; into the past, no further than where ``since`` may be.

    The place of the last part is where to go on another time.
    """
    if not place.recent:
        access = server.access()
        listed = Listed([]) if access == CLOSED else server.timeline(tag, _LIMIT)
        ids = _ids(listed.statuses)
        place = Place(older=listed.older if ids else "", access=access).after(ids, newer="")
        yield Part(place, listed.statuses)
        if not ids:
            return
    had: set[str] = set()
    while place.older:
        listed = server.timeline(tag, place.older)
        ids = _ids(listed.statuses)
        past = place.past + 1 if _is_past(listed.statuses, since) else 0
        is_circle = listed.older == place.older or (ids and had.issuperset(ids))
        is_end = is_circle or not listed.statuses or past == _PATIENCE
        had |= set(ids)
        place = place._replace(older="" if is_end else listed.older, past=0 if is_end else past)
        yield Part(place, listed.statuses)
    while True:
        listed = server.timeline(tag, place.newer or f"{_LIMIT}&min_id={place.recent[0]}")
        ids = _ids(listed.statuses)
        known = set(place.recent)
        if not ids and not place.newer and len(known) > 1:  # what is known should have come again
            place = place._replace(access=server.access())
        if ids and place.access == CLOSED:
            place = place._replace(access="")
        is_known = known.issuperset(ids) or ids[0] == place.recent[-1]
        is_end = is_known if ids else not listed.statuses or listed.newer in ("", place.newer)
        new = [each for each in listed.statuses if _id(each) not in known or mapping(each).get("edited_at")]
        place = place.after(ids, newer="" if is_end else listed.newer or f"{_LIMIT}&min_id={ids[0]}")
        yield Part(place, new)
        if is_end:
            return


def _ids(statuses: list) -> list[str]:
    return [found for status in statuses if (found := _id(status))]


def _id(status: object) -> str:
    found = string(mapping(status).get("id"))
    return found if len(found) <= LONGEST_ID else ""


def _is_past(statuses: list, since: datetime | None) -> bool:
    """Whether all of them were written before; a time that cannot be read says nothing."""
    times = [parse(mapping(status).get("created_at")) for status in statuses]
    return since is not None and all(time is not None and time.tzinfo and time < since for time in times)
