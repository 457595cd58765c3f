"""A chat's rows and what the calculators made of them -> the plain values that pages and files print."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from chats.analysis.links import RESEARCH_TAGS, Resource
from chats.analysis.records import Figures, Line, Placement, Question, Section, Used
from chats.models import Chat, Role
from chats.models.tweet import GONE
from chats.rendering import beside, completeness, events
from chats.rendering.values import (
    ChatValue,
    EntryValue,
    FiguresValue,
    LinkValue,
    PersonValue,
    SectionValue,
    TranscriptValue,
    TweetValue,
)
from chats.sources.base import Span

# To readers a tweet's author has taken it back, whether they told us or their network.
REMOVED = {"network": "author"}


class Row(NamedTuple):
    """A stored tweet as a build needs it: its columns by name, which come in a fifth of the time of whole models.

    ``corrected`` is its own key where a host moved it by hand, to question ``moved_to``.
    """

    pk: int
    author_id: int
    network: str
    network_id: str
    number: int | None
    text: str
    created_at: datetime
    url: str
    lang: str
    reply_to: str
    quote_of: str
    retweet_of: str
    hashtags: list[str]
    spans: list[list]
    alt_texts: list[str]
    likes: int | None
    reposts: int | None
    replies: int | None
    quotes: int | None
    edits: list[str]
    why_captured: list[str]
    is_sensitive: bool
    withheld: str
    corrected: int | None
    moved_to: int | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A chat's shown tweets in order, and all that was calculated of them.  Keys are primary keys of the rows."""

    chat: Chat
    rows: tuple[Row, ...]
    placements: dict[int, Placement]
    questions: tuple[Question, ...]
    sections: tuple[Section, ...]
    retweets: dict[int, tuple[int, ...]]
    figures: Figures
    missing_parents: int
    words: tuple[Used, ...]
    hashtags: tuple[Used, ...]
    links: tuple[Resource, ...]


def read(conversation: Conversation, *, version: int, built_at: datetime) -> TranscriptValue:
    """The whole transcript as values."""
    people = _people(conversation)
    tweets = _tweets(conversation, people)
    folded = {key for keys in conversation.retweets.values() for key in keys}
    return TranscriptValue(
        chat=chat_value(conversation.chat),
        version=version,
        built_at=built_at,
        sections=tuple(_section(section, conversation, tweets) for section in conversation.sections),
        timeline=tuple(tweets[row.pk] for row in conversation.rows if row.pk not in folded),
        retweets=tuple(tweets[row.pk] for row in conversation.rows if row.pk in folded),
        figures=_figures(conversation),
        people=tuple(people.values()),
        completeness=completeness.of(
            conversation.chat,
            missing_parents=conversation.missing_parents,
            removed=sum(row.withheld in GONE for row in conversation.rows),
        ),
        words=conversation.words,
        hashtags=conversation.hashtags,
        links=tuple(_link(resource, tweets) for resource in conversation.links),
        films=beside.films(conversation.chat),
        events=events.of_chat(conversation.chat),
    )


def entry(chat: Chat) -> EntryValue:
    """An archived chat as lists show it; fetch it with ``with_figures`` to spare queries."""
    stats = chat.build.published.stats  # type: ignore[union-attr]  # what is archived has a published version
    return EntryValue(
        title=chat.title,
        summary=chat.summary,
        path=chat.get_absolute_url(),
        starts_at=chat.starts_at,
        ends_at=chat.ends_at,
        time_zone=chat.time_zone,
        people=stats.people,
        tweets=stats.tweets,
        minutes=tuple(stats.minutes),
        questions=tuple(stats.minute_questions),
        topic=chat.topic.name if chat.topic else "",
        is_academic=any(tag.name.lower() in RESEARCH_TAGS for tag in chat.tags.all()),
        hosts=tuple((host.name, host.handle) for host in chat.hosts.all()),
        topic_path=chat.topic.get_absolute_url() if chat.topic else "",
    )


def is_research(row: Row) -> bool:
    """Whether its author marked a tweet as research."""
    return bool(row.hashtags) and not RESEARCH_TAGS.isdisjoint(map(str.lower, row.hashtags))


def chat_value(chat: Chat) -> ChatValue:
    return ChatValue(
        slug=chat.slug,
        title=chat.title,
        summary=chat.summary,
        path=chat.get_absolute_url(),
        hashtags=tuple(chat.hashtags),
        starts_at=chat.starts_at,
        ends_at=chat.ends_at,
        opens_at=chat.opens_at,
        closes_at=chat.closes_at,
        time_zone=chat.time_zone,
        hosts=tuple((host.name, host.handle) for host in chat.hosts.all()),
        topic=chat.topic.name if chat.topic else "",
        tags=tuple(tag.name for tag in chat.tags.all()),
    )


def _people(conversation: Conversation) -> dict[int, PersonValue]:
    """Everybody who wrote, in the order they first spoke: by author key."""
    parts = {part.author_id: part for part in conversation.chat.participations.select_related("author")}
    numbers = [question.number for question in conversation.questions]
    answers: Counter[tuple[int, int | None]] = Counter(
        (row.author_id, conversation.placements[row.pk].question)
        for row in conversation.rows
        if row.withheld not in GONE and not row.retweet_of
    )
    return {
        person.author: PersonValue(
            network=parts[person.author].author.network,
            id=parts[person.author].author.network_id,
            handle=parts[person.author].handle,
            name=parts[person.author].name,
            is_host=parts[person.author].role != Role.GUEST,
            is_community=parts[person.author].role == Role.COMMUNITY,
            sent=person.sent,
            replies_got=person.replies_got,
            repliers=person.repliers,
            quotes_got=person.quotes_got,
            retweets_got=person.retweets_got,
            retweets_given=person.retweets_given,
            impressions=person.impressions,
            by_question=tuple(answers[person.author, number] for number in numbers),
        )
        for person in conversation.figures.persons
    }


def _tweets(conversation: Conversation, people: dict[int, PersonValue]) -> dict[int, TweetValue]:
    lines = {line.key: line for section in conversation.sections for line in section.lines}
    rows = {row.pk: row for row in conversation.rows}
    keys = {(row.network, each): row.pk for row in conversation.rows for each in (row.network_id, *row.edits)}
    values = {}
    for row in conversation.rows:
        if row.withheld in GONE:
            values[row.pk] = _removed(row)
            continue
        again = (rows[key] for key in conversation.retweets.get(row.pk, ()))
        retweeters = tuple((_number(each), people[each.author_id]) for each in again)
        parent = rows.get(keys.get((row.network, row.reply_to), 0)) if row.reply_to != row.network_id else None
        values[row.pk] = tweet_value(
            row, conversation.placements[row.pk], people, lines.get(row.pk), parent, retweeters
        )
    return values


def tweet_value(
    row: Row,
    placement: Placement,
    people: dict[int, PersonValue],
    line: Line | None,
    parent: Row | None,
    retweeters: tuple[tuple[int, PersonValue], ...],
) -> TweetValue:
    return TweetValue(
        number=_number(row),
        author=people[row.author_id],
        text=row.text,
        spans=tuple(Span(*span) for span in row.spans),
        created_at=row.created_at,
        url=row.url,
        lang=row.lang,
        kind=placement.kind,
        question=placement.question,
        placed_by=placement.placed_by,
        confidence=placement.confidence,
        depth=line.depth if line else 0,
        parent=parent.number if parent else None,
        parent_handle=people[parent.author_id].handle if parent and parent.withheld not in GONE else "",
        misses_parent=bool(row.reply_to) and parent is None,
        likes=row.likes,
        reposts=row.reposts,
        replies=row.replies,
        quotes=row.quotes,
        alt_texts=tuple(row.alt_texts),
        is_sensitive=row.is_sensitive,
        is_edited=len(row.edits) > 1,
        is_academic=is_research(row),
        is_retweet=bool(row.retweet_of),
        retweeted_by=retweeters,
        network_id=row.network_id,
        why_captured=tuple(row.why_captured),
    )


def _number(row: Row) -> int:
    """The number that a build gives every tweet before it reads them."""
    if row.number is None:
        raise ValueError(f"The tweet {row.network_id} has no number yet.")
    return row.number


def _removed(row: Row) -> TweetValue:
    """A place, and who emptied it.  Nothing else of the tweet may leave this function."""
    nobody = PersonValue(network=row.network, id="", handle="", name="")
    return TweetValue(
        number=_number(row),
        author=nobody,
        text="",
        spans=(),
        created_at=row.created_at,
        url="",
        lang="",
        kind="chatter",
        question=None,
        placed_by="none",
        removed=REMOVED.get(row.withheld, row.withheld),
    )


def _section(section: Section, conversation: Conversation, tweets: dict[int, TweetValue]) -> SectionValue:
    question = next((question for question in conversation.questions if question.number == section.question), None)
    inside = tuple(tweets[line.key] for line in section.lines)
    return SectionValue(
        name=section.name,
        number=section.question,
        text=question.text if question else "",
        is_declared=section.question in {declared.number for declared in conversation.chat.questions.all()},
        asked_at=question.asked_at if question else None,
        asked=tweets[question.tweet] if question and question.tweet else None,
        tweets=inside,
        people=len({tweet.author.id for tweet in inside}),
        answers=sum(tweet.kind == "answer" for tweet in inside),
    )


def _figures(conversation: Conversation) -> FiguresValue:
    figures: Figures = conversation.figures
    return FiguresValue(
        people=figures.people,
        tweets=figures.tweets,
        replies=figures.replies,
        retweets=figures.retweets,
        followers_known=figures.followers_known,
        potential_impressions=figures.potential_impressions,
        potential_audience=figures.potential_audience,
        busiest_minute=figures.busiest_minute,
        busiest_count=figures.busiest_count,
        minutes=tuple(minute.tweets for minute in figures.minutes),
        questions=tuple(minute.question for minute in figures.minutes),
        asked=tuple((q.number, q.asked_at) for q in conversation.questions if q.asked_at),
    )


def _link(resource: Resource, tweets: dict[int, TweetValue]) -> LinkValue:
    return LinkValue(
        address=resource.address,
        shared=tuple((tweets[key], sentence) for key, sentence in resource.shared),
        is_academic=resource.is_academic,
        is_tweet=resource.is_tweet,
    )
