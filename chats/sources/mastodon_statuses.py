"""Statuses of one Mastodon server -> tweets; whom they reply to, the server is asked."""

import re
from collections.abc import Iterable
from datetime import UTC
from functools import partial

from chats.sources import quarantine
from chats.sources.base import Rejected, SourceTweet
from chats.sources.files import mastodon as files
from chats.sources.files.json_lines import NO_TWEET
from chats.sources.files.values import mappings, string
from chats.sources.mastodon_server import Server

_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")  # as servers of every kind make them; it becomes part of an address


def read_statuses(
    server: Server, statuses: list, known: dict[str, str]
) -> tuple[tuple[SourceTweet, ...], tuple[Rejected, ...]]:
    """``known`` are the addresses of the ids that were seen or asked for, to which this adds."""
    every = mappings(statuses)
    _learn(known, every)
    parents = {parent for status in every if _ID.fullmatch(parent := string(status.get("in_reply_to_id")))}
    _learn(known, server.statuses(sorted(parents - known.keys())))
    parse = partial(files.tweets, known=known, zone=UTC)

    def found_of(status: object) -> list[SourceTweet | str]:
        return [*parse(status)] if isinstance(status, dict) else [NO_TWEET]

    return quarantine.sorted_out(statuses, found_of, of=f" of {server.name}")


def _learn(known: dict[str, str], statuses: Iterable[dict]) -> None:
    for status in statuses:
        status_id, uri = string(status.get("id")), string(status.get("uri"))
        if status_id and uri:
            known[status_id] = uri
