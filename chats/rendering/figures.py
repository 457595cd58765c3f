"""A transcript's figures -> the tables and the drawing of words on the page of its figures."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.safestring import SafeString

from chats.analysis import stats
from chats.analysis.records import Used
from chats.rendering import cloud, numbers, text
from chats.rendering.lines import Lines
from chats.rendering.values import SectionValue, TranscriptValue

MOST_HASHTAGS = 60
SHARES = ((1, 1, "1 tweet"), (2, 4, "2 to 4 tweets"), (5, 9, "5 to 9 tweets"), (10, None, "10 tweets or more"))

ROW = '<tr><th scope="row"><bdi>{}</bdi></th><td class="n">{}</td></tr>\n'
MINUTE_ROW = '<tr><th scope="row">{}</th><td class="n">{}</td><td>{}</td></tr>\n'


def context(transcript: TranscriptValue, lines: Lines) -> dict[str, Any]:
    """What the page shows besides the facts that every page of a chat has."""
    words = transcript.words
    return {
        "cloud": cloud.html(words) if words else "",
        "words": _rows(words),
        "words_said": _said(words),
        "hashtags": _rows(transcript.hashtags[:MOST_HASHTAGS], sign="#"),
        "more_hashtags": len(transcript.hashtags[MOST_HASHTAGS:]),
        "minutes": _minutes(transcript, lines),
        "questions": [section for section in transcript.sections if section.name == "question"],
        "written": list(_written(transcript)),
        "placed": _placed(transcript.sections),
    }


def _rows(words: Iterable[Used], *, sign: str = "") -> SafeString:
    rows = (ROW.format(text.words(f"{sign}{each.text}"), f"{each.people:,}") for each in words)
    return SafeString("".join(rows))


def _said(words: Sequence[Used]) -> str:
    """The three words of the most people, in a sentence."""
    said = ((each.text, numbers.counted(each.people, "person,people")) for each in words[:3])
    return numbers.listed([f"\u201c{word}\u201d by {people}" for word, people in said])


def _minutes(transcript: TranscriptValue, lines: Lines) -> SafeString:
    chat, figures = transcript.chat, transcript.figures
    width = stats.bar_width(chat.starts_at, chat.ends_at)
    bars = enumerate(zip(figures.minutes, figures.questions, strict=True))
    rows = (
        MINUTE_ROW.format(lines.time(chat.starts_at + place * width), count, f"Q{question}" if question else "")
        for place, (count, question) in bars
    )
    return SafeString("".join(rows))


def _written(transcript: TranscriptValue) -> Iterator[tuple[str, int]]:
    """How many people wrote how much: how a conversation is shared out, and nobody's place in it."""
    sent = [person.sent for person in transcript.people]
    yield "only retweets", sent.count(0)
    for least, most, words in SHARES:
        yield words, sum(least <= count and (most is None or count <= most) for count in sent)


def _placed(sections: Iterable[SectionValue]) -> int:
    """The answers that stand under a question."""
    return sum(section.answers for section in sections if section.name == "question")
