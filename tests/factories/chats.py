"""One factory per model of the ground floor, no surprises."""

from datetime import UTC, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from accounts.models import Community
from chats import models

START = datetime(2026, 11, 18, 21, 0, tzinfo=UTC)


def wecops():
    return Community.objects.get(slug="wecops")


class ChatFactory(DjangoModelFactory):
    class Meta:
        model = models.Chat
        skip_postgeneration_save = True

    community = factory.LazyFunction(wecops)
    slug = factory.Sequence(lambda n: f"chat-{n}")
    title = factory.Sequence(lambda n: f"Chat {n}")
    summary = "What helps, what does not, and what could change."
    hashtags = factory.LazyFunction(lambda: ["WeCops"])
    starts_at = START
    ends_at = START + timedelta(hours=1)
    holds_slot = False  # several are held at one time
    build = factory.RelatedFactory("tests.factories.chats.BuildFactory", factory_related_name="chat")


class EventFactory(DjangoModelFactory):
    """A day in person that everybody may know of."""

    class Meta:
        model = models.Event

    community = factory.LazyFunction(wecops)
    slug = factory.Sequence(lambda n: f"event-{n}")
    title = factory.Sequence(lambda n: f"Event {n}")
    summary = "One day of talking over lunch."
    starts_at = START
    ends_at = START + timedelta(hours=6)
    place = "The shed, Leeds"
    cost = "Free"
    access = "Step free"
    status = models.EventStatus.PUBLISHED


class BuildFactory(DjangoModelFactory):
    class Meta:
        model = models.Build


class QuestionFactory(DjangoModelFactory):
    class Meta:
        model = models.Question

    text = factory.LazyAttribute(lambda question: f"What about number {question.number}?")


class AuthorFactory(DjangoModelFactory):
    class Meta:
        model = models.Author

    network = "x"
    network_id = factory.Sequence(lambda n: str(1000 + n))
    handle = factory.Sequence(lambda n: f"person{n}")
    name = factory.Sequence(lambda n: f"Person {n}")
    seen_at = START


class TweetFactory(DjangoModelFactory):
    class Meta:
        model = models.Tweet

    author = factory.SubFactory(AuthorFactory)
    network = "x"
    network_id = factory.Sequence(lambda n: str(500_000 + n))
    text = factory.Sequence(lambda n: f"Something worth saying, number {n}. #WeCops")
    created_at = START + timedelta(minutes=5)
    url = factory.LazyAttribute(lambda tweet: f"https://x.com/{tweet.author.handle}/status/{tweet.network_id}")
    hashtags = factory.LazyFunction(lambda: ["WeCops"])
    why_captured = factory.LazyFunction(lambda: ["file"])
