"""Drafts -> tweets with ids, whole texts and the counts that X would show, in time order."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.simulators.facts import Link, Said, Truth

# X's ids carry the milliseconds since this moment above their lowest 22 bits.
FIRST_MILLISECOND = datetime(2010, 11, 4, 1, 42, 54, 657_000, UTC)
_LOW_BITS = 22
_ADDRESS = re.compile(r"<(https://[^>\s]+)>")
_SHORT = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_DELETED_AFTER = timedelta(hours=14)


@dataclass(slots=True)
class Counts:
    reposts: int = 0
    replies: int = 0
    quotes: int = 0


def settle(drafts, *, hashtags, dice):
    """All tweets of a chat.  A draft's parent must be among ``drafts``, and earlier."""
    settling = _Settling(drafts, hashtags, dice)
    return tuple(settling.said(draft) for draft in settling.drafts)


class _Settling:
    def __init__(self, drafts, hashtags, dice):
        self.drafts = sorted(drafts, key=lambda draft: draft.at)
        self._hashtags = hashtags
        self._dice = dice
        self._taken = set()
        self._said = {}
        self._counts = {draft: Counts(reposts=draft.reposts) for draft in self.drafts}
        self._count()

    def _count(self):
        """X counts what it holds, and a few retweets more than anybody finds."""
        seen = dict.fromkeys(self.drafts, 0)
        for draft in self.drafts:
            if draft.relation == "reply":
                self._counts[draft.parent].replies += 1
            elif draft.relation == "quote":
                self._counts[draft.parent].quotes += 1
            elif draft.relation == "retweet":
                seen[draft.parent] += 1
        for draft, retweets in seen.items():
            counts = self._counts[draft]
            counts.reposts = max(counts.reposts, retweets + self._dice.below(retweets + 1))

    def said(self, draft):
        parent: Any = self._said.get(draft.parent)
        tweet_id = self._id(draft.at)
        links = tuple(Link(self._short(), leads_to) for leads_to in _ADDRESS.findall(draft.words))
        if draft.relation == "quote":
            links += (Link(self._short(), f"https://x.com/{parent.author.handle}/status/{parent.id}"),)
        address = f"https://x.com/{draft.author.handle}/status/{tweet_id}/photo/1"
        picture = Link(self._short(), address) if draft.alt_text else None
        counts = self._counts[draft]
        is_retweet = draft.relation == "retweet"
        said = Said(
            id=tweet_id,
            author=draft.author,
            at=draft.at,
            text=self._retweet(parent) if is_retweet else self._text(draft, parent, links, picture),
            truth=_truth(draft),
            conversation=parent.conversation if draft.relation == "reply" else tweet_id,
            reply_to=_first_version(parent) if draft.relation == "reply" else "",
            quote_of=parent.id if draft.relation == "quote" else "",
            retweet_of=parent.id if is_retweet else "",
            lang=parent.lang if is_retweet else draft.lang,
            links=parent.links if is_retweet else links,
            picture=parent.picture if is_retweet else picture,
            alt_text=parent.alt_text if is_retweet else draft.alt_text,
            is_sensitive="sensitive" in draft.flags,
            edits=(self._id(draft.at - timedelta(seconds=95)), tweet_id) if "edited" in draft.flags else (),
            likes=0 if is_retweet else draft.likes,
            reposts=self._counts[draft.parent].reposts if is_retweet else counts.reposts,
            replies=counts.replies,
            quotes=counts.quotes,
        )
        self._said[draft] = said
        return said

    def _text(self, draft, parent, links, picture):
        """The words as X would store them: whom they speak to, label, words, tag, and the short addresses."""
        words = draft.words
        for link in links:
            words = _ADDRESS.sub(link.short, words, count=1)
        parts = [draft.label, words] if not draft.is_label_last else [words, draft.label]
        if draft.relation == "reply" and parent.author != draft.author:
            parts.insert(0, f"@{parent.author.handle}")
        if draft.tag and f"#{self._hashtags[0]}".lower() not in words.lower():
            self._add_tag(parts)
        if draft.relation == "quote":
            parts.append(links[-1].short)
        if picture:
            parts.append(picture.short)
        return " ".join(filter(None, parts))

    def _add_tag(self, parts):
        first, *others = self._hashtags
        tag = f"#{first.lower()}" if self._dice.chance(0.08) else f"#{first}"
        if others and self._dice.chance(0.4):
            tag += f" #{others[0]}"
        parts.insert(0 if self._dice.chance(0.03) else len(parts), tag)

    def _retweet(self, original):
        return f"RT @{original.author.handle}: {original.text}"

    def _id(self, at):
        """An id that carries the moment, unlike any other here."""
        milliseconds = (at - FIRST_MILLISECOND) // timedelta(milliseconds=1)
        while True:
            number = (milliseconds << _LOW_BITS) + self._dice.below(2**_LOW_BITS)
            if number not in self._taken:
                self._taken.add(number)
                return str(number)

    def _short(self):
        return "https://t.co/" + "".join(self._dice.pick(_SHORT) for _ in range(10))


def moment(tweet_id):
    """When a tweet with this id was made."""
    return FIRST_MILLISECOND + timedelta(milliseconds=int(tweet_id) >> _LOW_BITS)


def _first_version(said):
    return said.edits[0] if said.edits else said.id


def _truth(draft):
    deleted_at = draft.at + _DELETED_AFTER if "gone" in draft.flags else None
    return Truth(draft.question, draft.why, is_protected=draft.author.is_protected, deleted_at=deleted_at)
