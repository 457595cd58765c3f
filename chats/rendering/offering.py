"""A proposal -> what its hosts are told of it: where it stands, in plain words, and the way it has come.

A decision that is not released yet is told to nobody: until then a proposal is with the team.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chats.analysis import lengths
from chats.models import Chat, Message, Proposal, Slot, Stage, Status
from chats.models.chat import Phase
from chats.rendering import times

# A name, as templates ask for it: (the word on the pill, its tone).
STANDS = {
    "draft": ("Not sent yet", ""),
    "invited": ("You are invited", "warn"),
    "sent": ("With the team", ""),
    "asked": ("A question for you", "warn"),
    "voting": ("Open to votes", ""),
    "offered": ("A date is offered", "warn"),
    "lapsed": ("The date ran out", "warn"),
    "confirmed": ("Confirmed", "good"),
    "cancelled": ("The chat was cancelled", "bad"),
    "gone": ("Taken off the calendar", ""),
    "held": ("It happened", "good"),
    "declined": ("Not this time", ""),
    "withdrawn": ("Withdrawn", ""),
    "merged": ("Hosted together", ""),
}
_WITH_TEAM = {
    "sent": "A volunteer reads it within a week",
    "asked": "It waits for an answer of yours",
    "voting": "Members say whether they would come",
}
_PLAIN = {
    Stage.DRAFT: "draft",
    Stage.INVITED: "invited",
    Stage.DECLINED: "declined",
    Stage.WITHDRAWN: "withdrawn",
    Stage.MERGED: "merged",
}


class Stand(NamedTuple):
    """Where a proposal stands: a ``name`` of ``STANDS``, the word for it, and its tone."""

    name: str
    word: str
    tone: str


class Step(NamedTuple):
    """One step of the way: ``tone`` is "done", "now", "stop" or "" for what is to come."""

    tone: str
    title: str
    said: str = ""


_LAST = {
    "confirmed": Step("done", "Confirmed, and on the calendar"),
    "cancelled": Step("stop", "The chat was cancelled"),
    "gone": Step("stop", "Taken off the calendar"),
    "held": Step("done", "It happened"),
}


class Evening(NamedTuple):
    """An evening that could hold a chat, told in the zone of its community."""

    pk: int
    starts_at: datetime
    ends_at: datetime
    time_zone: str

    @property
    def words(self) -> str:
        """ "Thursday 7 January 2027, 9 to 10 pm"."""
        hours = times.hours(self.starts_at, self.ends_at, self.time_zone)
        return f"{times.day(self.starts_at, self.time_zone)}, {hours}"

    @property
    def short(self) -> str:
        """Without its year: "Thursday 7 January, 9 to 10 pm"."""
        return self.words.replace(f" {self.starts_at.astimezone(ZoneInfo(self.time_zone)).year},", ",", 1)

    @property
    def month(self) -> str:
        """ "January 2027"."""
        return f"{self.starts_at.astimezone(ZoneInfo(self.time_zone)):%B %Y}"


class Preview(NamedTuple):
    """A question as it will stand in a tweet: ``counted`` of ``longest``; ``left`` are for the words of an answer."""

    number: int
    text: str
    hashtag: str
    counted: int
    left: int
    longest: int = lengths.LONGEST

    @property
    def over(self) -> int:
        return max(0, self.counted - self.longest)


def evening(slot: Slot, zone: str) -> Evening:
    return Evening(slot.pk, slot.starts_at, slot.ends_at, zone)


def told_evening(proposal: Proposal, stand: Stand) -> Evening | None:
    """The one that is offered, or that its chat is on by now; None where its hosts are told of none."""
    if proposal.chat and stand.name in ("confirmed", "held"):
        chat = proposal.chat
        return Evening(0, chat.starts_at, chat.ends_at, chat.time_zone)
    is_told = stand.name in ("offered", "lapsed") and proposal.slot
    return evening(proposal.slot, proposal.community.time_zone) if is_told and proposal.slot else None


def preview(number: int, text: str, hashtag: str) -> Preview:
    words = " ".join(text.split())
    left = lengths.LONGEST - lengths.counted(f"A{number}  #{hashtag}")
    return Preview(number, words, hashtag, lengths.counted(lengths.question(number, words, hashtag)), left)


def stand(proposal: Proposal, now: datetime, *, messages: Sequence[Message] = ()) -> Stand:
    """Where it stands at ``now``; ``messages`` are all that was said about it, the oldest first."""
    name = _name(proposal, now, messages)
    return Stand(name, *STANDS[name])


def _name(proposal: Proposal, now: datetime, messages: Sequence[Message]) -> str:
    status = Stage(proposal.status)
    if status in _PLAIN:
        return _PLAIN[status]
    if status == Stage.CONFIRMED:
        return _of_chat(proposal.chat, now)
    if status == Stage.ACCEPTED:
        return "offered" if proposal.slot and proposal.slot.starts_at > now else "lapsed"
    if is_asked(messages):
        return "asked"
    is_voted_on = status == Stage.SUBMITTED and proposal.voting_until and proposal.voting_until > now
    return "voting" if is_voted_on and proposal.community.has_votes else "sent"


def _of_chat(chat: Chat | None, now: datetime) -> str:
    if chat is None:
        return "gone"
    if chat.status == Status.CANCELLED:
        return "cancelled"
    return "confirmed" if chat.phase(now) in (Phase.UPCOMING, Phase.LIVE) else "held"


def is_asked(messages: Sequence[Message]) -> bool:
    """Whether the team's last question has had no answer yet."""
    for message in reversed(messages):
        if message.is_question or not message.is_from_team:
            return message.is_question
    return False


def way(proposal: Proposal, name: str) -> list[Step]:
    """The steps from the first word to the evening, as far as its hosts may know them; ``name`` is of its stand."""
    zone = proposal.community.time_zone
    offered, on_calendar = Step("", "A date offered"), Step("", "On the calendar")
    if name in ("draft", "invited"):
        begun = Step("now", "Being written" if name == "draft" else "An invitation to you")
        return [begun, Step("", "Sent to the team"), Step("", "Read by the team"), offered, on_calendar]
    sent = Step("done", "Begun")
    if proposal.submitted_at:
        sent = Step("done", "Sent to the team", times.day(proposal.submitted_at, zone))
    if name in ("declined", "withdrawn", "merged"):
        return [sent, Step("stop", STANDS[name][0])]
    if name in ("sent", "asked", "voting"):
        return [sent, Step("now", "With the team", _WITH_TEAM[name]), offered, on_calendar]
    read = Step("done", "Read by the team")
    if name == "offered":
        return [sent, read, Step("now", "A date offered", "It waits for your yes"), on_calendar]
    if name == "lapsed":
        return [sent, read, Step("stop", "The date ran out"), on_calendar]
    when = times.day(proposal.released_at, zone) if proposal.released_at else ""
    return [sent, read, Step("done", "A date offered", when), _LAST[name]]
