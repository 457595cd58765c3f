"""What somebody ticks -> plain values, the words for them, and the links that carry or lead back to them.

A link says in no way whose it is: an address that stands open in one is written down wherever it passes.
"""

from datetime import timedelta
from typing import Any, NamedTuple

from django.core.signing import BadSignature, Signer

from accounts import seals
from accounts.models import Community
from blog.models import Follower, Pace
from chats.rendering.numbers import listed

CONFIRM, AGAIN, MINE = "blog.followers.confirm", "blog.followers.again", "blog.followers.mine"
LASTS = timedelta(days=3)  # as the letter that asks says
CHANGES_MIND = timedelta(days=1)


class NotConfirmed(Exception):
    """The link is too old, not whole, or another community's; the sentence says what to do."""


class Choice(NamedTuple):
    """``topics`` are keys of topics; none means all."""

    has_write_ups: bool = True
    has_posts: bool = True
    topics: tuple[int, ...] = ()
    pace: str = Pace.WEEKLY

    @property
    def said(self) -> str:
        """In words: "write-ups and blog posts, once a week"."""
        ticked = [("write-ups", self.has_write_ups), ("blog posts", self.has_posts)]
        about = " on the topics you chose" if self.topics else ""
        return f"{listed([word for word, is_on in ticked if is_on])}{about}, {Pace(self.pace).label}"


class Asked(NamedTuple):
    """What a link to confirm carries.  ``follower`` is who moves to that address, or None."""

    address: str
    choice: Choice
    follower: int | None = None


def of(follower: Follower) -> Choice:
    topics = tuple(follower.topics.order_by("pk").values_list("pk", flat=True))
    return Choice(follower.has_write_ups, follower.has_posts, topics, follower.pace)


def sealed(purpose: str, community: Community, asked: Asked) -> str:
    return seals.sealed(purpose, [community.pk, asked.address, *asked.choice, asked.follower])


def opened(purpose: str, community: Community, token: str) -> Asked:
    """Raises ``NotConfirmed``."""
    lasts = CHANGES_MIND if purpose == AGAIN else LASTS
    try:
        told: list[Any] = seals.opened(purpose, token, lasts=lasts)
    except seals.Broken:
        told = [None]
    if told[0] != community.pk:
        raise NotConfirmed("That link is not whole, or more than three days old. Give your address once more.")
    _, address, has_write_ups, has_posts, topics, pace, follower = told
    return Asked(address, Choice(has_write_ups, has_posts, tuple(topics), pace), follower)


def word(follower: Follower) -> str:
    """Theirs alone, for the links of every letter they get; good for as long as they follow."""
    return Signer(salt=MINE).sign(str(follower.pk))


def found(community: Community, word: str) -> Follower | None:
    """Whose word it is; None once they have left.  Raises ``NotConfirmed`` for what is nobody's."""
    try:
        key = Signer(salt=MINE).unsign(word)
    except BadSignature as error:
        raise NotConfirmed("That link is not whole. Copy it again from the letter, to its last letter.") from error
    return Follower.objects.of(community).filter(pk=key).first()
