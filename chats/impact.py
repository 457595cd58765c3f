"""Rows of published chats -> the numbers of the archive, and the sums behind those of one evening.  Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, Sum
from django.db.models.functions import Lower

from accounts.models import Community, TeamMember
from chats.models import Author, Chat, ChatHost, ChatStats, Transcript, TranscriptLine, Withheld
from chats.rendering import times

# What put an answer under its question, in the words of the page.
PLACED = {
    "host": "put there by a host",
    "label": "that say the number",
    "reply": "that reply to the question or to an answer",
    "quote": "that quote the question",
    "copy": "that open as the question or an answer does",
    "model": "by our guess from their time",
}


@dataclass(frozen=True, slots=True)
class Totals:
    """What the archive holds; ``first`` is when its first chat began, None while it is empty."""

    chats: int
    tweets: int
    people: int
    first: datetime | None


@dataclass(frozen=True, slots=True)
class Evening:
    """One chat's numbers and their parts.  ``found`` are the tweets and retweets of its ``window``, and what was
    ``left_out`` of them; ``answers`` are (how many, what placed them) of the answers to ``question``.
    """

    chat: Chat
    stats: ChatStats
    window: str
    found: int
    left_out: int
    wrote: int
    only_retweeted: int
    replies_here: int
    replies_elsewhere: int
    question: int | None
    answers: tuple[tuple[int, str], ...]

    @property
    def answered(self) -> int:
        return sum(count for count, _ in self.answers)


def totals(community: Community, now: datetime) -> Totals:
    archived = Chat.objects.of(community).archived(now)
    held = archived.aggregate(chats=Count("pk"), tweets=Sum("build__published__stats__tweets"), first=Min("starts_at"))
    people = Author.objects.who_spoke_in(archived).distinct().count()
    return Totals(chats=held["chats"], tweets=held["tweets"] or 0, people=people, first=held["first"])


def chats_run(team: Iterable[TeamMember], community: Community, now: datetime) -> dict[int, set[int]]:
    """The keys of the chats that each of the team, by their key, has run: hosted, and held by now.

    A host is known by the account they have here, else by their handle; one who is tied to somebody else is not them.
    """
    held = Chat.objects.of(community).going_ahead().filter(ends_at__lte=now)
    hosts = list(ChatHost.objects.filter(chat__in=held).values_list("chat", "user", Lower("handle")))
    return {
        member.pk: {
            chat
            for chat, user, handle in hosts
            if (user == member.user_id if user and member.user_id else handle == member.handle.lower())
        }
        for member in team
    }


def latest_evening(community: Community, now: datetime) -> Evening | None:
    """The newest archived chat; None while there is none."""
    newest = Transcript.objects.filter(publication__chat__in=Chat.objects.of(community).archived(now))
    transcript = newest.select_related("chat", "stats").order_by("-chat__starts_at").first()
    return _evening(transcript, transcript.chat) if transcript else None


def _evening(transcript: Transcript, chat: Chat) -> Evening:
    parts = chat.participations.filter(first_at__isnull=False).aggregate(
        wrote=Count("pk", filter=Q(sent__gt=0)), all=Count("pk"), replies=Sum("replies_got")
    )
    window = chat.tweets.filter(created_at__gte=chat.opens_at, created_at__lt=chat.closes_at)
    left_out = window.exclude(withheld=Withheld.SHOWN).count()
    stats, replies = transcript.stats, parts["replies"] or 0
    question = next((each["number"] for each in transcript.questions), None)
    return Evening(
        chat=chat,
        stats=stats,
        window=times.hours(chat.opens_at, chat.closes_at, chat.time_zone),
        found=stats.tweets + stats.retweets + left_out,
        left_out=left_out,
        wrote=parts["wrote"],
        only_retweeted=parts["all"] - parts["wrote"],
        replies_here=replies,
        replies_elsewhere=stats.replies - replies,
        question=question,
        answers=_answers(transcript, question),
    )


def _answers(transcript: Transcript, question: int | None) -> tuple[tuple[int, str], ...]:
    lines = TranscriptLine.objects.filter(transcript=transcript, kind="answer", question=question)
    counts = dict(lines.values_list("placed_by").annotate(answers=Count("pk")).order_by())
    return tuple((counts[reason], words) for reason, words in PLACED.items() if reason in counts)
