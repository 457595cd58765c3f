"""Questions to one Mastodon server -> statuses as it has them, or why it does not answer."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from chats.sources.answers import Answer
from chats.sources.base import SourceError
from chats.sources.files.times import parse
from chats.sources.files.values import mapping, mappings, string
from chats.sources.http import Door

_DEADLINE = timedelta(seconds=10)  # behind a server that hangs, the others wait
LONGEST_ID = 100
CLOSED, OWN, RESTING = "mastodon_closed", "mastodon_own", "mastodon_resting"
_MOST_NAMED = 20  # in one question for several
_LONGEST_QUERY = 1_000
_MOST_BYTES = 8 * 2**20
_FEW = "limit=5"  # other servers let a status be a megabyte long
_LIMIT = re.compile(r"(?<![^&])limit=[0-9]+")
_UNSTATED_WAIT = timedelta(minutes=1)
_LINK = re.compile(r'<([^<>\s]{1,2000})>\s*;\s*rel="?(next|prev)"?')
_GONE = {404, 410}
_CLOSED = {401, 403, 422}  # which one depends on the server's age


class Access(NamedTuple):
    """How to reach Mastodon: addresses of servers, and the ``tokens`` that some of them want, by the server's name.

    ``resting`` servers are not asked this time.  ``deadline`` is how long one answer may take.
    """

    servers: tuple[str, ...]
    tokens: Mapping[str, str] = {}
    resting: Collection[str] = ()
    deadline: timedelta = _DEADLINE

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.servers!r})"

    def open(self) -> Iterator["Server"]:
        """One server after the other, its connection closed behind it.  Raises ``SourceError`` when there is none."""
        if not self.servers:
            raise SourceError("No Mastodon server is named.", code="mastodon_servers", permanent=True)
        for address in dict.fromkeys(self.servers):
            token = self.tokens.get(urlsplit(address).netloc, "")
            with closing(Server(address, token, deadline=self.deadline)) as server:
                if server.name not in self.resting:
                    yield server


class Listed(NamedTuple):
    """A part of a timeline.  ``statuses`` are newest first, and may be anything.

    ``older`` and ``newer`` are the queries for what lies beside it, "" where the server names none.
    """

    statuses: list
    older: str = ""
    newer: str = ""


class Server:
    """One server at ``address``; ``token`` opens it where it is closed to strangers."""

    def __init__(self, address: str, token: str = "", *, deadline: timedelta = _DEADLINE) -> None:
        self.name = urlsplit(address).netloc
        self._has_token = bool(token)
        headers = {"Accept": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        self._door = Door(address, headers=headers, trusted=True, deadline=deadline, most_bytes=_MOST_BYTES)
        self._domain = ""
        self._requests = 0

    def close(self) -> None:
        self._door.close()

    def take_requests(self) -> int:
        """How many were made since this was last asked."""
        taken, self._requests = self._requests, 0
        return taken

    def timeline(self, tag: str, query: str) -> Listed:
        """The part of a hashtag's timeline that ``query`` names, or less of it where it would be too large.

        Raises ``SourceError``, as all questions do.
        """
        path = f"/api/v1/timelines/tag/{quote(tag, safe='')}"
        try:
            answer = self._asked(f"{path}?{query}")
        except SourceError as error:
            if error.code != "too_large" or _FEW in query:
                raise
            answer = self._asked(f"{path}?{_LIMIT.sub(_FEW, query)}")
        if answer.status in _GONE:  # nobody here has ever used the hashtag
            self._value(answer, dict)
            return Listed([])
        links = {name: _query(url) for url, name in _LINK.findall(answer.headers.get("Link", ""))}
        return Listed(self._value(answer, list), links.get("next", ""), links.get("prev", ""))

    def access(self) -> str:
        """What we may not read of its hashtags: "" for nothing, OWN for all but what its own people say, or CLOSED.

        A closed feed answers as an empty one does.
        """
        feeds = mapping(self._configuration().get("timelines_access")).get("hashtag_feeds")
        open_to = {"public", "authenticated"} if self._has_token else {"public"}
        local, remote = (mapping(feeds).get(name, "public") in open_to for name in ("local", "remote"))
        return ("" if remote else OWN) if local else CLOSED

    def domain(self) -> str:
        """The name that stands in the addresses of its own people, which may not be the one it is asked by."""
        self._domain = self._domain or string(self._instance().get("domain")) or self.name
        return self._domain

    def statuses(self, ids: Iterable[str]) -> Iterator[dict]:
        """Those of these ids that it has and shows; none where it shows none to strangers.

        Old servers, which cannot be asked for several, are asked for each.
        """
        wanted = list(ids)
        for start in range(0, len(wanted), _MOST_NAMED):
            named = [("id[]", each) for each in wanted[start : start + _MOST_NAMED]]
            answer = self._asked(f"/api/v1/statuses?{urlencode(named)}", refusals=_GONE | _CLOSED)
            if answer.status in _CLOSED:
                return
            if answer.status == 200:
                yield from mappings(self._value(answer, list))
            else:
                yield from filter(None, (self.status(each) for _, each in named))

    def status(self, status_id: str) -> dict | None:
        """One of them; None when the server says that there is none."""
        answer = self._asked(f"/api/v1/statuses/{quote(status_id, safe='')}")
        said = self._value(answer, dict)
        return None if answer.status in _GONE else said

    def replies(self, status_id: str) -> list[dict] | None:
        """Everything below one, as far as strangers are told; None when the server says that there is no such thing."""
        answer = self._asked(f"/api/v1/statuses/{quote(status_id, safe='')}/context")
        said = self._value(answer, dict)
        return None if answer.status in _GONE else mappings(said.get("descendants"))

    def _configuration(self) -> dict:
        return mapping(self._instance().get("configuration"))

    def _instance(self) -> dict:
        answer = self._asked("/api/v2/instance", refusals=_GONE | _CLOSED)
        return self._value(answer, dict) if answer.status == 200 else {}

    def _asked(self, path: str, *, refusals: Iterable[int] = _GONE) -> Answer:
        """An answer of 200, or of one of ``refusals``."""
        self._requests += 1
        answer = self._door.get(path)
        if answer.status == 200 or answer.status in refusals:
            return answer
        answer.check_available()
        if answer.status == 429:
            said = f"{self.name} was asked too often."
            raise SourceError(said, code="mastodon_rate_limit", waiting=True, retry_after=_wait(answer))
        if answer.status in _CLOSED:
            raise SourceError(f"{self.name} is closed to strangers: it needs a token.", code=CLOSED)
        raise SourceError(f"{self.name} answered {answer.status}, which nobody expects.", code="mastodon_answer")

    def _value(self, answer: Answer, kind: type) -> Any:
        value = answer.json()
        if not isinstance(value, kind):
            raise SourceError(f"{self.name} does not answer as Mastodon does.", code="mastodon_answer")
        return value


def _query(url: str) -> str:
    """What a server's link asks for.  Whom it names is left out: only the one that was asked is asked again."""
    try:
        query = urlsplit(url).query
    except ValueError:
        return ""
    return query if len(query) <= _LONGEST_QUERY and re.search(r"(?:^|&)(?:max|min|since)_id=", query) else ""


def _wait(answer: Answer) -> timedelta:
    reset = parse(answer.headers.get("X-RateLimit-Reset", ""))
    stated = answer.wait_until(reset) if reset and reset.tzinfo else None
    return stated or answer.retry_after or _UNSTATED_WAIT
