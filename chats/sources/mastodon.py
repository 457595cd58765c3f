"""A hashtag on several Mastodon servers -> pages of tweets, each server read at its own pace.

The same status stands on every server under another id and one ``uri``, which is the tweet's id: reading it on several
is reading it several times.  What one server does not tell, another may.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import timedelta

from chats.sources import cursors
from chats.sources.base import Missing, Page, SourceError, Window
from chats.sources.http import DEADLINE
from chats.sources.mastodon_server import CLOSED, OWN, Server
from chats.sources.mastodon_statuses import read_statuses
from chats.sources.mastodon_timeline import Place, parts

_UNTOLD = {
    CLOSED: "{} shows its hashtags to nobody without a token.",
    OWN: "{} shows only what its own people say under a hashtag.",
}


class MastodonTag:
    """``query`` is the hashtag.  ``servers`` are addresses, ``tokens`` those that some of them want, by address.

    Only what was written in the ``window`` is given.  ``resting`` servers are not asked this time.
    ``deadline`` is how long one answer may take.
    """

    def __init__(
        self,
        query: str,
        *,
        servers: Sequence[str],
        tokens: Mapping[str, str] | None = None,
        window: Window = Window(),  # noqa: B008, it never changes
        resting: Collection[str] = (),
        deadline: timedelta = DEADLINE,
    ) -> None:
        self._tag = query.strip().lstrip("#\uff03")
        self._servers = list(dict.fromkeys(servers))
        self._tokens = tokens or {}
        self._window = window
        self._resting = resting
        self._deadline = deadline
        if not self._servers:
            raise SourceError("No Mastodon server is named.", code="no_server", permanent=True)

    def pages(self, cursor: str) -> Iterator[Page]:
        """One server after the other, up to what there is now; the last page tells what could not be had.

        Raises ``SourceError`` when none of the servers could be asked.
        """
        places = _places(cursor)
        missing: list[Missing] = []
        failed: list[SourceError] = []
        requests = 0
        for address in self._servers:
            with closing(Server(address, self._tokens.get(address, ""), deadline=self._deadline)) as server:
                if server.name in self._resting:
                    continue
                try:
                    yield from self._of_server(server, places)
                    if untold := places[server.name].access:
                        missing.append(Missing(server.name, untold, _UNTOLD[untold].format(server.name)))
                except SourceError as error:
                    failed.append(error)
                    missing.append(Missing(server.name, error.code, str(error), error.retry_after))
                requests += server.take_requests()
        if len(failed) == len(self._servers):
            raise failed[0]
        yield Page((), (), _cursor(places), is_last=True, requests=requests, missing=tuple(missing))

    def _of_server(self, server: Server, places: dict[str, Place]) -> Iterator[Page]:
        """Moves the server's place on, page by page."""
        known: dict[str, str] = {}
        for part in parts(server, self._tag, places.get(server.name, Place()), self._window.since):
            found, rejected = read_statuses(server, part.statuses, known)
            tweets = tuple(tweet for tweet in found if self._window.holds(tweet.created_at))
            places[server.name] = part.place
            if tweets or rejected:
                yield Page(tweets, rejected, _cursor(places), requests=server.take_requests())


def _places(cursor: str) -> dict[str, Place]:
    return {name: Place.of_json(value) for name, value in cursors.read(cursor).items()}


def _cursor(places: Mapping[str, Place]) -> str:
    return cursors.kept({name: place.to_json() for name, place in places.items()})
