"""A hashtag on several Mastodon servers -> pages of tweets, each server read at its own pace.

The same status stands on every server under another id and one ``uri``, which is the tweet's id: reading it on several
is reading it several times.  What one server does not tell, another may.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from chats.sources import cursors
from chats.sources.base import Missing, Page, SourceError, Swept
from chats.sources.mastodon_server import CLOSED, OWN, RESTING, Access, Server
from chats.sources.mastodon_statuses import read_statuses
from chats.sources.mastodon_timeline import Place, parts

_UNTOLD = {
    CLOSED: "{} shows its hashtags to nobody without a token.",
    OWN: "{} shows only what its own people say under a hashtag.",
}
_RESTS = "{} wants to be left alone for a while."


class MastodonTag:
    """Only what was written from ``starts_at`` to before ``ends_at`` is given; None is no bound."""

    def __init__(
        self, access: Access, hashtag: str, *, starts_at: datetime | None = None, ends_at: datetime | None = None
    ) -> None:
        self._access = access
        self._tag = hashtag.strip().lstrip("#\uff03")
        self._starts_at = starts_at
        self._ends_at = ends_at

    def pages(self, cursor: str) -> Iterator[Page]:
        """One server after the other, up to what there is now; the last page tells what could not be had.

        Raises ``SourceError`` when none of the servers could be asked.  Each was asked once then: when all are down, a
        look costs a request for each, and every further look waits longer.
        """
        places = _places(cursor)
        missing = [Missing(name, RESTING, _RESTS.format(name)) for name in self._access.resting]
        failed: list[SourceError] = []
        has_read, requests = False, 0
        for server in self._access.open():
            try:
                yield from self._of_server(server, places)
                has_read = True
                if untold := places[server.name].access:
                    missing.append(Missing(server.name, untold, _UNTOLD[untold].format(server.name)))
            except SourceError as error:
                failed.append(error)
                missing.append(Missing(server.name, error.code, str(error), error.retry_after))
            requests += server.take_requests()
        if failed and not has_read:
            raise max(failed, key=lambda error: error.retry_after or timedelta())
        if missing and not has_read:
            raise SourceError("All servers want to be left alone.", code=RESTING, waiting=True)
        yield Page((), (), _cursor(places), is_last=True, requests=requests, missing=tuple(missing))

    def again(self, cursor: str, *, stored: Mapping[datetime, int]) -> Swept:
        """From the beginning on every server: asking costs nothing, and nobody counts what is there."""
        return Swept("")

    def _of_server(self, server: Server, places: dict[str, Place]) -> Iterator[Page]:
        """Moves the server's place on, page by page; a page without tweets, too, is a place to go on from."""
        known: dict[str, str] = {}
        for part in parts(server, self._tag, places.get(server.name, Place()), self._starts_at):
            found, rejected = read_statuses(server, part.statuses, known)
            tweets = tuple(tweet for tweet in found if self._is_sought(tweet.created_at))
            has_moved = part.place != places.get(server.name)
            places[server.name] = part.place
            if tweets or rejected or has_moved:
                yield Page(tweets, rejected, _cursor(places), requests=server.take_requests())

    def _is_sought(self, moment: datetime) -> bool:
        is_early = self._starts_at is not None and moment < self._starts_at
        return not is_early and (self._ends_at is None or moment < self._ends_at)


def _places(cursor: str) -> dict[str, Place]:
    return {name: Place.of_json(value) for name, value in cursors.read(cursor, "mastodon_cursor").items()}


def _cursor(places: Mapping[str, Place]) -> str:
    return cursors.kept({name: place.to_json() for name, place in places.items()})
