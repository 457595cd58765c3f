"""Addresses of Mastodon statuses -> what the servers on which they were written say of them now.

Elsewhere than there nobody knows a status by its address.  Only servers that the operator named are asked.
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from chats.sources.base import Gone, Looked, Missing, Page, Rejected, SourceError, SourceTweet
from chats.sources.files.values import string
from chats.sources.mastodon_server import RESTING, Access, Server
from chats.sources.mastodon_statuses import read_statuses

MOST = 20  # addresses at once
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
        if self._access.resting:
            said = "A server that may know these replies wants to be left alone."
            raise SourceError(said, code=RESTING, waiting=True)
        said = f"Replies to {self._uri} are told by a server that is not one of ours."
        yield Page((), (), "", is_last=True, missing=(Missing(_host(self._uri), "mastodon_stranger", said),))


def lookup(access: Access, uris: Sequence[str]) -> Looked:
    """At most ``MOST`` tweets by their addresses.  Raises ``SourceError`` when no server answers that should.

    Where one fails, of its tweets nothing is learnt.
    """
    if len(uris) > MOST:
        raise SourceError(f"At most {MOST} addresses are looked up at once.", code="mastodon_ids", permanent=True)
    shown: list[SourceTweet] = []
    gone: list[Gone] = []
    refused: list[Rejected] = []
    failed: list[SourceError] = []
    requests = 0
    for server in access.open():
        try:
            tweets, rejected, lost = _looked(server, uris)
            shown += tweets
            refused += rejected
            gone += [Gone(uri, "not-found") for uri in lost]
        except SourceError as error:
            failed.append(error)
        requests += server.take_requests()
    if failed and not (shown or gone or refused):
        raise failed[0]
    told = {_address(tweet) for tweet in shown} | {each.id for each in gone}
    unclear = tuple(uri for uri in dict.fromkeys(uris) if uri not in told)
    return Looked(tuple(shown), tuple(gone), unclear, tuple(refused), requests)


def _looked(server: Server, uris: Sequence[str]) -> tuple[tuple[SourceTweet, ...], tuple[Rejected, ...], list[str]]:
    """What one server shows of those that were written on it, and which of them it has no longer.

    That an answer lacks one is not enough: the server must say so of the thing itself.
    """
    ids = {found: uri for uri in uris if (found := _id_at(server, uri))}
    there = {string(status.get("id")): status for status in server.statuses(ids)}
    gone = []
    for status_id in ids.keys() - there.keys():
        status = server.status(status_id)
        if status is None:
            gone.append(ids[status_id])
        else:
            there[status_id] = status
    same = [there[status_id] for status_id, uri in ids.items() if there.get(status_id, {}).get("uri") == uri]
    return *read_statuses(server, same, {}), gone


def _address(tweet: SourceTweet) -> str:
    """The one of its first version: a version that was edited has none."""
    return tweet.edits[0] if tweet.edits else tweet.id


def _id_at(server: Server, uri: str) -> str:
    """The id of a status on the server on which it was written; "" where that is another one."""
    named = _NAMED.search(uri)
    return named[1] if named and _host(uri) in (server.name, server.domain()) else ""


def _host(uri: str) -> str:
    try:
        return urlsplit(uri).netloc
    except ValueError:
        return ""
