"""What became of a comment or a piece -> letters to those it concerns, if they have an address."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts import outbox
from blog.models import Comment, Contribution, Rule
from blog.publishing import mailed
from chats.lifecycle import letters

Words = Comment | Contribution


def send(template: str, words: Words, members: Iterable[int | None], **told: Any) -> None:
    """Tell these members, by their keys.  Inside the transaction that makes it true."""
    community = words.post.community
    facts = {
        "word": words._meta.verbose_name,
        "post": words.post,
        "rule": f"{words.rule}, {Rule(words.rule).label}" if words.rule else "",
        "said": words.said,
        "address": f"{community.site}{words.get_absolute_url()}",
        "own_address": f"{community.site}{words.own_path}",
    }
    letters.send(template, community, letters.readers(members), {**facts, **told})


def unsay(words: Words, members: Iterable[int | None], now: datetime) -> None:
    """They were taken back: what waits for these members and tells of them never leaves, what left loses its words."""
    post = words.post
    here = post.get_absolute_url()
    # Whole: a number ends its line, or that of 12 would be found for 1 as well.
    tails = [path.removeprefix(here) for path in (words.get_absolute_url(), words.own_path)]
    tails = [tail if tail.endswith("/") else f"{tail}\n" for tail in tails]
    marks = [address + tail for address in mailed.addresses(post) for tail in tails]
    keys = [key for key in members if key]
    outbox.take_out(post.community, "", marks, keys)
    outbox.unsay(post.community, marks, now, keys)
