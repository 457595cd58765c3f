"""A chat's rows -> a conversation, by letting every calculator have its say.  Reads only."""

from collections.abc import Iterable, Iterator

from django.db.models import F

from chats.analysis import attribution, copies, links, stats, threads, words
from chats.analysis.links import Shared
from chats.analysis.records import Question
from chats.analysis.records import Tweet as TweetRecord
from chats.models import Chat, Role, Withheld
from chats.models.tweet import GONE
from chats.rendering.reading import Conversation, Row, is_research
from chats.sources.base import Span

MOVED = {"corrected": F("correction__tweet_id"), "moved_to": F("correction__question")}


def shown(chat: Chat) -> tuple[Row, ...]:
    """The tweets inside the chat's window that its transcript has a place for: shown ones, and removed ones' places.

    By time, then by id, as a number where ids are numbers; never by arrival.
    A retweet carries the words of its original, so it goes when that is withheld.
    """
    inside = chat.tweets.filter(created_at__gte=chat.opens_at, created_at__lt=chat.closes_at)
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
    records = _records(chat, rows)
    planned = [Question(question.number, question.text, question.asked_at) for question in chat.questions.all()]
    questions = attribution.find_questions(records, planned)
    placements = attribution.place(records, questions, ends_at=chat.ends_at)
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


def _records(chat: Chat, rows: tuple[Row, ...]) -> list[TweetRecord]:
    """The live rows as plain records; a removed tweet is nobody's parent any more."""
    hosts = set(chat.participations.exclude(role=Role.GUEST).values_list("author_id", flat=True))
    live = [row for row in rows if row.withheld not in GONE]
    gone = {(row.network, row.network_id) for row in rows if row.withheld in GONE}
    keys = {(row.network, each): row.pk for row in live for each in (row.network_id, *row.edits)}
    return [_record(row, keys, gone, is_host=row.author_id in hosts) for row in live]


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
