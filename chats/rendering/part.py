"""A published transcript's rows of one author -> the values of their page: as many queries for one as for many."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from django.db.models import FilteredRelation, IntegerField, Q, Value

from chats.analysis.records import Placement
from chats.models import Chat, Participation, Role, Transcript, Tweet, Withheld
from chats.models.tweet import GONE
from chats.rendering import reading
from chats.rendering.reading import Row
from chats.rendering.values import TAKEN_BACK, ChatValue, PersonValue, TweetValue

LINE = ("line__question", "line__kind", "line__placed_by", "line__confidence", "line__retweet_of")

SECOND = "transcript/time/2/"  # there only where the transcript is too long for one page

# A tweet, and its place; None for what was removed.
Placed = tuple[Row, Placement | None]


@dataclass(frozen=True, slots=True)
class PassedOnValue:
    """A tweet that somebody retweeted in the chat: who wrote it, when, and where it stands."""

    author: PersonValue
    created_at: datetime
    address: str


@dataclass(frozen=True, slots=True)
class PartValue:
    """One person's part in a chat.  ``tweets`` are in time order; ``addresses`` say where each number stands.

    ``questions`` are those they tweeted under: (number, its words, how often).
    """

    chat: ChatValue
    version: int
    person: PersonValue
    tweets: tuple[TweetValue, ...]
    passed_on: tuple[PassedOnValue, ...]
    questions: tuple[tuple[int, str, int], ...]
    potential_impressions: int | None
    addresses: dict[int, str]


def read(chat: Chat, transcript: Transcript, network: str, way: str) -> PartValue | None:
    """What somebody did in a chat, whose published ``transcript`` is given; None where nothing of them is in it.

    ``way`` is what stands in the address of their page: their handle, in any case, or their id.
    """
    part = _participation(chat, network, way)
    return _Reading(chat, transcript, part).value() if part else None


def _participation(chat: Chat, network: str, way: str) -> Participation | None:
    """Who has this handle goes before who has this id, and of two with one handle the first who spoke."""
    if "\0" in way:  # PostgreSQL takes none, not even to look for it
        return None
    named = Q(handle__iexact=way) | Q(author__network_id=way)
    found = chat.participations.filter(named, author__network=network, first_at__isnull=False).select_related("author")
    return min(found, key=lambda part: (part.handle.lower() != way.lower(), part.first_at), default=None)


class _Reading:
    """One person's tweets, and those they answer, pass on, or are passed on by."""

    def __init__(self, chat: Chat, transcript: Transcript, part: Participation) -> None:
        self._chat = chat
        self._transcript = transcript
        self._part = part
        self._own = self._rows(Q(author=part.author_id, withheld=Withheld.SHOWN, line__isnull=False))
        others = self._rows(self._around())
        self._keys = {(row.network, each): row for row, _ in others for each in (row.network_id, *row.edits)}
        self._again: dict[str, list[Row]] = {}
        for row, _ in others:
            self._again.setdefault(row.retweet_of, []).append(row)
        around = chat.participations.filter(author__in={row.author_id for row, _ in others}).select_related("author")
        self._people = {each.author_id: _named(each) for each in around}
        self._is_whole = not transcript.pages.filter(path=SECOND).exists()
        shown = [*self._own, *(other for other in others if not _is_folded(*other))]
        self._addresses = {row.number or 0: self._address(row, placed) for row, placed in shown}

    def value(self) -> PartValue:
        asked = [(question["number"], question["text"] or TAKEN_BACK) for question in self._transcript.questions]
        counts = Counter(placed.question for row, placed in self._own if placed and not row.retweet_of)
        person = self._person(tuple(counts[number] for number, _ in asked))
        self._people[self._part.author_id] = person
        return PartValue(
            chat=reading.chat_value(self._chat),
            version=self._transcript.version,
            person=person,
            tweets=tuple(self._tweet(row, placed) for row, placed in self._own if placed and not self._original(row)),
            passed_on=tuple(map(self._passed_on, filter(None, (self._original(row) for row, _ in self._own)))),
            questions=tuple((number, words, counts[number]) for number, words in asked if counts[number]),
            potential_impressions=self._transcript.stats.potential_impressions,
            addresses=self._addresses,
        )

    def _rows(self, which: Q) -> list[Placed]:
        """Tweets of this transcript, in time order."""
        tweets = Tweet.objects.annotate(
            line=FilteredRelation("lines", condition=Q(lines__transcript=self._transcript)),
            corrected=Value(None, IntegerField()),
            moved_to=Value(None, IntegerField()),
        )
        found = tweets.filter(which, chat=self._chat).order_by("created_at", "number")
        cut = len(Row._fields)
        read = (
            (Row._make(values[:cut]), values[cut:-1], values[-1]) for values in found.values_list(*Row._fields, *LINE)
        )
        return [
            (row._replace(retweet_of=retweet_of or ""), Placement(*placed) if placed[1] else None)
            for row, placed, retweet_of in read
        ]

    def _around(self) -> Q:
        """What their tweets point to, be it shown or removed, and the retweets of them."""
        pointed = {each for row, _ in self._own for each in (row.reply_to, row.retweet_of) if each}
        own = {each for row, _ in self._own for each in (row.network_id, *row.edits)}
        gone = Q(withheld__in=GONE, withheld_before="", number__isnull=False)
        here = Q(withheld=Withheld.SHOWN, line__isnull=False) | gone
        near = Q(network_id__in=pointed) | Q(edits__overlap=list(pointed)) | Q(line__retweet_of__in=own)
        return here & near & Q(network=self._part.author.network)

    def _original(self, row: Row) -> Row | None:
        """The tweet that this one only passes on, where that is here: the retweet is folded under it."""
        original = self._keys.get((row.network, row.retweet_of))
        return None if original is None or original.retweet_of or original.withheld else original

    def _tweet(self, row: Row, placed: Placement) -> TweetValue:
        parent = self._keys.get((row.network, row.reply_to)) if row.reply_to != row.network_id else None
        again = () if row.retweet_of else (self._again.get(each, ()) for each in {row.network_id, *row.edits})
        retweeters = tuple((each.number or 0, self._people[each.author_id]) for each in chain.from_iterable(again))
        return reading.tweet_value(row, placed, self._people, None, parent, retweeters)

    def _passed_on(self, row: Row) -> PassedOnValue:
        return PassedOnValue(self._people[row.author_id], row.created_at, self._addresses[row.number or 0])

    def _address(self, row: Row, placed: Placement | None) -> str:
        is_copy = placed is not None and placed.placed_by == "copy"
        question = placed.question if placed else None
        here = below(self._transcript, question, is_copy=is_copy, is_whole=self._is_whole)
        return f"{self._chat.get_absolute_url()}{here}#t{row.number}"

    def _person(self, by_question: tuple[int, ...]) -> PersonValue:
        part = self._part
        return replace(
            _named(part),
            is_host=part.role != Role.GUEST,
            is_community=part.role == Role.COMMUNITY,
            sent=part.sent,
            replies_got=part.replies_got,
            repliers=part.repliers,
            quotes_got=part.quotes_got,
            retweets_got=part.retweets_got,
            retweets_given=part.retweets_given,
            impressions=part.impressions,
            by_question=by_question,
        )


def below(transcript: Transcript, question: int | None, *, is_copy: bool, is_whole: bool) -> str:
    """Below its chat's address, the page on which a tweet stands, as ``pages`` has laid them out.

    What repeats another may stand under no question; and of a long transcript the overview leads on to everything.
    """
    questions = {each["number"] for each in transcript.questions}
    if not is_whole and question in questions and not is_copy:
        return f"transcript/q{question}/"
    return "transcript/time/" if is_whole and is_copy else "transcript/"


def _named(part: Participation) -> PersonValue:
    """Somebody under the name they had in the chat."""
    return PersonValue(part.author.network, part.author.network_id, part.handle, part.name)


def _is_folded(row: Row, placed: Placement | None) -> bool:
    """Whether a retweet stands under its original only."""
    return bool(row.retweet_of) and placed is not None and placed.placed_by == "copy"
