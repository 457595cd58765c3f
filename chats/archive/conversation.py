"""A chat's rows -> a conversation, by letting every calculator have its say.  Reads only."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from django.db.models import F

from chats.analysis import attribution, copies, links, stats, threads, words
from chats.analysis.links import Shared
from chats.analysis.records import Placement, Question
from chats.analysis.records import Tweet as TweetRecord
from chats.models import Chat, Role, Withheld
from chats.models.tweet import GONE
from chats.rendering.reading import Conversation, Row, is_research
from chats.sources.base import Span

MOVED = {"corrected": F("correction__tweet_id"), "moved_to": F("correction__question")}


def shown(chat: Chat) -> tuple[Row, ...]:
    """The tweets inside the chat's window that its transcript has a place for: shown ones, and removed ones' places,
    unless they were withheld before.

    By time, then by id, as a number where ids are numbers; never by arrival.
    A retweet carries the words of its original, so it goes when that is withheld, also where only the words told of it.
    """
    inside = chat.tweets.filter(created_at__gte=chat.opens_at, created_at__lt=chat.closes_at, withheld_before="")
    inside = inside.exclude(gone_with__gt="", retweet_of="")
    versions = chat.tweets.exclude(withheld=Withheld.SHOWN).values_list("network_id", "edits")
    withheld = {each for first, later in versions for each in (first, *later)}
    rows = map(Row._make, inside.annotate(**MOVED).values_list(*Row._fields))
    ordered = sorted(rows, key=lambda row: (row.created_at, row.network, len(row.network_id), row.network_id))
    told = (row for row in _with_repeats(ordered) if row.withheld in (Withheld.SHOWN, *GONE))
    return tuple(row for row in told if row.retweet_of not in withheld)


def _with_repeats(rows: list[Row]) -> list[Row]:
    """With the original of every tweet that repeats somebody, where its source has no marks of retweets.

    A source that counts the retweets of a tweet marks them too.  What replies or quotes says something itself.
    """
    said = (
        copies.Said(row.pk, row.author_id, row.text, row.reposts is None and not row.reply_to and not row.quote_of)
        for row in rows
        if row.text and not row.retweet_of
    )
    found = copies.repeats(said)
    ids = {row.pk: row.network_id for row in rows}
    return [row._replace(retweet_of=ids[found[row.pk]]) if row.pk in found else row for row in rows]


def converse(chat: Chat, rows: tuple[Row, ...]) -> Conversation:
    """What the calculators make of ``rows``, which are in order."""
    records, silent = _records(chat, rows)
    planned = [Question(question.number, question.text, question.asked_at) for question in chat.questions.all()]
    taken_back = {tweet.key for tweet in silent.values()}
    asked = _with_silent(attribution.find_questions(records, planned), silent)
    placements = _placed(records, asked, silent, ends_at=chat.ends_at)
    questions = tuple(replace(each, tweet=None) if each.tweet in taken_back else each for each in asked)
    said = [row for row in rows if not row.retweet_of]
    followers = dict(chat.participations.values_list("author_id", "followers"))
    return Conversation(
        chat=chat,
        rows=rows,
        placements=placements,
        questions=questions,
        sections=threads.arrange(records, questions, placements),
        retweets=threads.retweets(records),
        figures=stats.measure(
            records, followers=followers, questions=questions, starts_at=chat.starts_at, ends_at=chat.ends_at
        ),
        missing_parents=sum(record.misses_parent for record in records),
        words=words.used(records, leave_out=chat.hashtags),
        hashtags=words.hashtags(((row.author_id, row.hashtags) for row in said), leave_out=chat.hashtags),
        links=links.group(_links(said), tweets_here=(row.network_id for row in rows)),
    )


def _links(rows: Iterable[Row]) -> Iterator[Shared]:
    """Where each link leads; the network's short address where the source did not say."""
    for row in rows:
        for span in (Span(*span) for span in row.spans if span[0] == "link"):
            place = span.leads_to or span.target
            moment, marked = row.created_at, is_research(row)
            yield Shared(row.pk, row.author_id, moment, place, row.text, span.start, span.end, marked)


def _records(chat: Chat, rows: tuple[Row, ...]) -> tuple[list[TweetRecord], dict[int, TweetRecord]]:
    """The live rows as plain records; and, by its number, what asked a question and was taken back.

    A removed tweet is nobody's parent any more, but for a question's: what replies to that answers it.
    """
    hosts = set(chat.participations.exclude(role=Role.GUEST).values_list("author_id", flat=True))
    live = [row for row in rows if row.withheld not in GONE]
    gone = {(row.network, row.network_id) for row in rows if row.withheld in GONE}
    silent = _silent(chat)
    keys = _keys([*silent.values(), *live])
    records = [_record(row, keys, gone, is_host=row.author_id in hosts) for row in live]
    return records, {
        number: TweetRecord(row.pk, row.author_id, "", row.created_at, is_host=row.author_id in hosts)
        for number, row in silent.items()
    }


def _keys(rows: Iterable[Row]) -> dict[tuple[str, str], int]:
    return {(row.network, each): row.pk for row in rows for each in (row.network_id, *row.edits)}


def _silent(chat: Chat) -> dict[int, Row]:
    """What asked each question in the newest version that still showed it, and is withheld now; the earliest of two."""
    inside = chat.tweets.filter(created_at__gte=chat.opens_at, created_at__lt=chat.closes_at, asked__isnull=False)
    withheld = inside.exclude(withheld=Withheld.SHOWN).order_by("-created_at", "network", "network_id")
    return {
        number: Row._make(values) for *values, number in withheld.annotate(**MOVED).values_list(*Row._fields, "asked")
    }


def _with_silent(found: Iterable[Question], silent: dict[int, TweetRecord]) -> tuple[Question, ...]:
    """The questions, each that nobody asks any more with the tweet that did: its words are gone, not its answers."""
    questions = {question.number: question for question in found}
    for number, tweet in silent.items():
        known = questions.get(number, Question(number, ""))
        if known.tweet is None:
            at = known.asked_at or tweet.created_at
            questions[number] = replace(known, asked_at=at, tweet=tweet.key)
    return tuple(questions[number] for number in sorted(questions))


def _placed(
    records: list[TweetRecord], asked: tuple[Question, ...], silent: dict[int, TweetRecord], *, ends_at: datetime
) -> dict[int, Placement]:
    """Every record's placement; what was taken back is heard as a question only."""
    keys = {question.tweet for question in asked}
    heard = [tweet for tweet in silent.values() if tweet.key in keys]
    tweets = sorted([*records, *heard], key=lambda tweet: tweet.created_at)
    placed = attribution.place(tweets, asked, ends_at=ends_at)
    return {record.key: placed[record.key] for record in records}


def _record(row: Row, keys: dict[tuple[str, str], int], gone: set[tuple[str, str]], *, is_host: bool) -> TweetRecord:
    parent = keys.get((row.network, row.reply_to)) if row.reply_to != row.network_id else None
    return TweetRecord(
        key=row.pk,
        author=row.author_id,
        text=row.text,
        created_at=row.created_at,
        is_host=is_host,
        reply_to=parent,
        quote_of=keys.get((row.network, row.quote_of)),
        retweet_of=keys.get((row.network, row.retweet_of)),
        is_retweet=bool(row.retweet_of),
        misses_parent=bool(row.reply_to) and parent is None and (row.network, row.reply_to) not in gone,
        is_corrected=row.corrected is not None,
        moved_to=row.moved_to,
    )
