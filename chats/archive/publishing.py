"""A finished edition -> rows, in one short transaction that checks the claim and switches the pointer."""

import json
from dataclasses import dataclass

from django.db import connection

from accounts import crash, leases
from accounts.leases import Claim
from chats.models import Build, ChatStats, StoredPage, Transcript, TranscriptLine
from chats.rendering.reading import Conversation
from chats.rendering.values import TranscriptValue

LINES = """
    COPY chats_transcriptline
        (transcript_id, tweet_id, position, depth, question, kind, placed_by, confidence, retweet_of)
    FROM STDIN
"""
PART = (
    "first_at", "sent", "replies_got", "repliers", "quotes_got", "retweets_got", "retweets_given", "impressions",
)  # fmt: skip
PARTS = """
    UPDATE chats_participation AS part SET {counts}
    FROM json_populate_recordset(NULL::chats_participation, %s) AS said WHERE part.id = said.id
""".format(counts=", ".join(f"{name} = said.{name}" for name in PART))  # noqa: S608 - names of our own columns
ASKED = """
    UPDATE chats_tweet AS tweet SET asked = given.asked
    FROM chats_tweet AS known LEFT JOIN unnest(%s::bigint[], %s::int[]) AS given (id, asked) USING (id)
    WHERE known.chat_id = %s AND known.withheld = ''
        AND tweet.id = known.id AND tweet.asked IS DISTINCT FROM given.asked
"""
# What stands for somebody who has nothing left in the transcript; every other count is 0.
NOTHING = {"first_at": None, "impressions": None}


@dataclass(frozen=True, slots=True)
class Edition:
    """All that one build made.  ``order`` is the build row as it stood when the tweets were read."""

    order: Build
    conversation: Conversation
    transcript: TranscriptValue
    sha256: str
    pages: list[StoredPage]


def publish(claim: Claim[Build], edition: Edition, *, renderer: str) -> Transcript | None:
    """Make the edition what readers see.  Only the published version keeps lines, figures and pages."""
    with leases.hold(claim) as order:
        transcript = order.published
        # What was taken back while this build ran stands in it still: nothing of it is kept, and the next one is due.
        if order.withdrawn_at != edition.order.withdrawn_at:
            leases.done(claim)
            return transcript
        if transcript is None or transcript.sha256 != edition.sha256:
            transcript = Transcript.objects.create(
                chat=edition.order.chat,
                version=edition.transcript.version,
                built_at=edition.transcript.built_at,
                sha256=edition.sha256,
                questions=_questions(edition),
            )
        _write_asked(edition.conversation)
        if order.published != transcript or _looks_different(transcript, edition):
            _replace(transcript, edition)
        order.published = transcript
        order.renderer = renderer
        order.withdrawn_at = None
        order.save(update_fields=["published", "renderer", "withdrawn_at"])
        leases.done(claim)
        crash.point("build.in_publish")
    return transcript


def _questions(edition: Edition) -> list[dict]:
    return [
        {
            "number": section.number,
            "text": section.text,
            "asked_at": section.asked_at.isoformat() if section.asked_at else None,
            "tweet": section.asked.number if section.asked else None,
        }
        for section in edition.transcript.sections
        if section.name == "question"
    ]


def _looks_different(transcript: Transcript, edition: Edition) -> bool:
    kept = dict(transcript.pages.values_list("path", "etag"))
    return kept != {page.path: page.etag for page in edition.pages}


def _replace(transcript: Transcript, edition: Edition) -> None:
    """Put the edition's parts in the place of whatever version had them."""
    chat = edition.order.chat
    for parts in (TranscriptLine, ChatStats, StoredPage):
        parts.objects.filter(transcript__chat=chat).delete()
    _write_lines(transcript, edition.conversation)
    ChatStats.objects.create(transcript=transcript, **_stats(edition.conversation))
    for page in edition.pages:
        page.transcript = transcript
    StoredPage.objects.bulk_create(edition.pages)
    _write_parts(edition.conversation)


def _write_lines(transcript: Transcript, said: Conversation) -> None:
    """Every placed tweet in reading order: each question before its section, folded retweets last."""
    depths = {line.key: line.depth for section in said.sections for line in section.lines}
    asked: dict[int | None, int | None] = {question.number: question.tweet for question in said.questions}
    passed_on = {row.pk: row.retweet_of for row in said.rows}
    keys: dict[int, None] = {}
    for section in said.sections:
        head = asked.get(section.question)
        keys |= dict.fromkeys([head] if head else []) | dict.fromkeys(line.key for line in section.lines)
    keys |= dict.fromkeys(said.placements)
    with connection.cursor() as cursor, cursor.copy(LINES) as copy:
        for position, key in enumerate(keys):
            placed = said.placements[key]
            parts = placed.question, placed.kind, placed.placed_by, placed.confidence
            copy.write_row((transcript.pk, key, position, depths.get(key, 0), *parts, passed_on[key]))


def _write_asked(said: Conversation) -> None:
    """Which question each shown tweet asks.  What was taken back keeps its own."""
    heads = {question.tweet: question.number for question in said.questions if question.tweet}
    with connection.cursor() as cursor:
        cursor.execute(ASKED, [list(heads), list(heads.values()), said.chat.pk])


def _stats(said: Conversation) -> dict:
    figures = said.figures
    return {
        "people": figures.people,
        "tweets": figures.tweets,
        "replies": figures.replies,
        "retweets": figures.retweets,
        "followers_known": figures.followers_known,
        "potential_impressions": figures.potential_impressions,
        "potential_audience": figures.potential_audience,
        "busiest_minute": figures.busiest_minute,
        "busiest_count": figures.busiest_count,
        "minutes": [minute.tweets for minute in figures.minutes],
        "minute_questions": [minute.question for minute in figures.minutes],
    }


def _write_parts(said: Conversation) -> None:
    """Each person's counts on their row; those who have nothing left in the transcript count nothing."""
    persons = {person.author: person for person in said.figures.persons}
    changed = []
    for row in said.chat.participations.all():
        person = persons.get(row.author_id)
        counts = {name: getattr(person, name) if person else NOTHING.get(name, 0) for name in PART}
        if any(getattr(row, name) != count for name, count in counts.items()):
            changed.append({"id": row.pk, **counts})
    with connection.cursor() as cursor:
        cursor.execute(PARTS, [json.dumps(changed, default=str)])
