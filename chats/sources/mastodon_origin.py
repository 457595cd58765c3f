"""Addresses of Mastodon statuses -> what the servers on which they were written say of them now.

Elsewhere than there nobody knows a status by its address.  Only servers that the operator named are asked.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from chats.sources.base import Checked, Missing, Page
from chats.sources.files.values import string
from chats.sources.mastodon_server import Access, Server
from chats.sources.mastodon_statuses import read_statuses

_MOST = 20
_NAMED = re.compile(r"/statuses/([0-9]{1,30})\Z")


class MastodonThread:
    """Everything below the status of an address, whether it has the hashtag or not."""

    def __init__(self, access: Access, uri: str) -> None:
        self._access = access
        self._uri = uri

    def pages(self, cursor: str) -> Iterator[Page]:
        """One page.  Raises ``SourceError`` when the server cannot be asked."""
        for server in self._access.open():
            if found := _id_at(server, self._uri):
                read = read_statuses(server, server.replies(found) or [], {found: self._uri})
                yield Page(*read, "", is_last=True, requests=server.take_requests())
                return
        said = f"Replies to {self._uri} are told by a server that is not one of ours."
        yield Page((), (), "", is_last=True, missing=(Missing(_host(self._uri), "mastodon_stranger", said),))


class MastodonLookup:
    """Asks for tweets by their addresses."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def check(self, uris: Iterable[str]) -> Iterator[Checked]:
        """What is said of them, some at a time.  Raises ``SourceError`` when a server cannot be asked."""
        wanted = list(uris)
        for server in self._access.open():
            ids = {found: uri for uri in wanted if (found := _id_at(server, uri))}
            for start in range(0, len(ids), _MOST):
                yield _checked(server, dict(list(ids.items())[start : start + _MOST]))


def _id_at(server: Server, uri: str) -> str:
    """The id of a status on the server on which it was written; "" where that is another one."""
    named = _NAMED.search(uri)
    return named[1] if named and _host(uri) in (server.name, server.domain()) else ""


def _host(uri: str) -> str:
    try:
        return urlsplit(uri).netloc
    except ValueError:
        return ""


def _checked(server: Server, uris: Mapping[str, str]) -> Checked:
    """``uris`` are by id.  That an answer lacks one is not enough: the server must say so of the thing itself."""
    there = {string(status.get("id")): status for status in server.statuses(uris)}
    gone = []
    for status_id, uri in uris.items():
        if status_id not in there:
            status = server.status(status_id)
            if status is None:
                gone.append(uri)
            else:
                there[status_id] = status
    same = [status for status_id, status in there.items() if status.get("uri") == uris.get(status_id)]
    tweets, _ = read_statuses(server, same, {})
    return Checked(tweets, tuple(gone))
