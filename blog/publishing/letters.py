"""What became of a comment or a piece -> letters to those it concerns, if they have an address."""

from collections.abc import Iterable
from typing import Any

from blog.models import Comment, Contribution, Rule
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
