"""A search and the moment -> the chats, tweets, topics and gatherings of a community that it finds.

What may be found is what its own page shows at that moment; of tweets, only what the published transcript shows and
nobody has taken back since.  Nothing is copied for the search: what is taken out of its row cannot be found any more.
"""

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db.models import (
    BooleanField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast, ExtractYear, Left, Lower
from taggit.models import TaggedItem

from accounts.models import Community
from chats.analysis.links import RESEARCH_TAGS
from chats.models import Chat, Event, Topic, TranscriptLine, Tweet, Withheld
from chats.models.chat import EARLIEST
from chats.models.tweet import SEARCHED
from chats.search import questions, results
from chats.search.asked import CONFIG, Asked
from chats.search.found import RANKED, Kind, marked

NO_TOPIC, NO_YEAR = Value(None), Cast(Value(None), IntegerField())
UNREACHED = 100_000_000
NOT_ACADEMIC = Value(False, BooleanField())


def kinds(community: Community, asked: Asked, now: datetime) -> list[Kind]:
    """What was said, and about what: each kind with its rows."""
    tweets, lines = _tweets(community, asked, now)
    tell = partial(results.tweets, asked=asked)
    return [
        Kind("chat", "Chats", _chats(community, asked, now), partial(results.chats, asked=asked, now=now)),
        Kind("tweet", "Tweets", tweets, tell, newest=RANKED, every=lines),
        Kind("event", "Events", _events(community, asked), partial(results.events, asked=asked)),
        Kind("topic", "Topics", _topics(community, asked), partial(results.topics, asked=asked)),
    ]


def _chats(community: Community, asked: Asked, now: datetime) -> QuerySet[Chat]:
    hashtags = Func("hashtags", Value(" "), function="array_to_string", output_field=TextField())
    whole = (
        SearchVector("title", hashtags, weight="A", config=CONFIG)
        + SearchVector("summary", questions.as_text(now), weight="B", config=CONFIG)
        + SearchVector("topic__name", weight="C", config=CONFIG)
    )
    having = questions.shown(now).annotate(has=SearchVector("text", config=CONFIG)).filter(has=asked.any)
    titled = Chat.objects.annotate(words=SearchVector("title", "summary", config=CONFIG)).filter(words=asked.any)
    near = (
        Q(pk__in=titled.values("pk"))
        | Q(pk__in=having.values("chat"))
        | Q(topic__in=_named(community, asked))
        | Q(marks=asked.any)
    )
    found = Chat.objects.of(community).annotate(marks=SearchVector(hashtags, config=CONFIG), whole=whole)
    research = TaggedItem.objects.filter(content_type__app_label="chats", content_type__model="chat")
    marked_so = research.annotate(word=Lower("tag__name")).filter(object_id=OuterRef("pk"), word__in=RESEARCH_TAGS)
    return marked(
        found.filter(near, whole=asked.query),
        "chat",
        vector=F("whole"),
        asked=asked,
        at=F("starts_at"),
        topic=F("topic"),
        year=ExtractYear("local_date"),
        academic=Exists(marked_so),
    )


def _tweets(
    community: Community, asked: Asked, now: datetime
) -> tuple[QuerySet[TranscriptLine], QuerySet[TranscriptLine]]:
    """Those that are found, and all that there are."""
    # The expression of the index, word for word: another one would read every tweet there is.  The limit, which nothing
    # reaches, makes PostgreSQL ask the index first; else it may read the words of each line of the transcripts.
    having = Tweet.objects.annotate(words=SearchVector(Left("text", SEARCHED), config=CONFIG)).filter(words=asked.query)
    tags = Func("tweet__hashtags", Value(" "), function="array_to_string", output_field=TextField())
    marked_so = Q(tags__iregex=rf"\m({'|'.join(sorted(RESEARCH_TAGS))})\M")
    every = marked(
        TranscriptLine.objects.annotate(tags=tags),
        "tweet",
        vector=SearchVector(Left("tweet__text", SEARCHED), config=CONFIG),
        asked=asked,
        at=F("tweet__created_at"),
        topic=F("transcript__chat__topic"),
        year=ExtractYear("transcript__chat__local_date"),
        academic=ExpressionWrapper(marked_so, BooleanField()),
    )
    found = every.filter(
        shown_now(now), tweet__in=having.values("pk")[:UNREACHED], transcript__chat__community=community
    )
    return found.none() if asked.is_in_all else found, every


def shown_now(now: datetime) -> Q:
    """The lines of published transcripts whose tweet is its author's own and still shown.

    A transcript from which something was taken back is served by nobody until it is built anew, so nothing of it is
    found either.
    """
    published = Q(transcript__publication__isnull=False, transcript__publication__withdrawn_at__isnull=True)
    still = Q(tweet__withheld=Withheld.SHOWN, tweet__withheld_before="", tweet__gone_with="")
    return published & still & Q(retweet_of="", transcript__chat__ends_at__lte=now)


def _events(community: Community, asked: Asked) -> QuerySet[Event]:
    whole = (
        SearchVector("title", weight="A", config=CONFIG)
        + SearchVector("summary", "place", weight="B", config=CONFIG)
        + SearchVector(Left("text", SEARCHED), weight="C", config=CONFIG)
    )
    return marked(
        Event.objects.of(community).announced().annotate(whole=whole).filter(whole=asked.query),
        "event",
        vector=F("whole"),
        asked=asked,
        at=F("starts_at"),
        topic=NO_TOPIC,
        year=ExtractYear("local_date"),
        academic=NOT_ACADEMIC,
    )


def _topics(community: Community, asked: Asked) -> QuerySet[Topic]:
    whole = SearchVector("name", weight="A", config=CONFIG) + SearchVector("summary", weight="B", config=CONFIG)
    return marked(
        Topic.objects.of(community).annotate(whole=whole).filter(whole=asked.query),
        "topic",
        vector=F("whole"),
        asked=asked,
        at=Value(EARLIEST, DateTimeField()),  # it has no day, so whatever is as good and has one goes first
        topic=F("pk"),
        year=NO_YEAR,
        academic=NOT_ACADEMIC,
    )


def _named(community: Community, asked: Asked) -> QuerySet[Any]:
    topics = Topic.objects.of(community).annotate(words=SearchVector("name", config=CONFIG))
    return topics.filter(words=asked.any).values("pk")
