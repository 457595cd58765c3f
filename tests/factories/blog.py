"""One factory per model of the upper floor, no surprises."""

import itertools
from datetime import UTC, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from blog import models
from tests.factories.chats import wecops
from tests.factories.people import person

_numbers = itertools.count()
OUT_AT = datetime(2016, 4, 26, 18, 0, tzinfo=UTC)


class WriterFactory(DjangoModelFactory):
    class Meta:
        model = models.Writer

    community = factory.LazyFunction(wecops)
    slug = factory.Sequence(lambda n: f"writer{n}")
    name = factory.Sequence(lambda n: f"Writer {n}")
    handle = factory.SelfAttribute("slug")


class PostFactory(DjangoModelFactory):
    """A post that has been out since 2016; ``tags`` and ``by`` (writers) come with it."""

    class Meta:
        model = models.Post
        skip_postgeneration_save = True

    community = factory.LazyFunction(wecops)
    status = models.PostStatus.PUBLISHED
    slug = factory.Sequence(lambda n: f"post-{n}")
    title = factory.Sequence(lambda n: f"Post {n}")
    excerpt = "What it is about, in a sentence."
    text = "Something worth reading."
    html = "<p>Something worth reading.</p>\n"
    created_at = changed_at = published_at = OUT_AT
    published_on = factory.LazyAttribute(lambda post: post.published_at.date() if post.published_at else None)

    @factory.post_generation
    def tags(self, create, words):
        if words:
            self.tags.add(*words)

    @factory.post_generation
    def by(self, create, writers):
        for position, writer in enumerate(writers or ()):
            self.bylines.create(writer=writer, position=position)


class PictureFactory(DjangoModelFactory):
    class Meta:
        model = models.Picture

    community = factory.LazyFunction(wecops)
    key = factory.Sequence(lambda n: f"{n:020x}")
    wide = small = b"RIFF"
    added_at = OUT_AT


class CommentFactory(DjangoModelFactory):
    """A comment that everybody can read, of somebody new."""

    class Meta:
        model = models.Comment

    post = factory.SubFactory(PostFactory)
    number = factory.Sequence(lambda n: n + 100)
    author = factory.LazyFunction(lambda: person(f"writer-of-comments-{next(_numbers)}"))
    text = factory.Sequence(lambda n: f"Comment {n}")
    html = factory.LazyAttribute(lambda comment: f"<p>{comment.text}</p>\n")
    state = models.CommentState.SHOWN
    sent_at = shown_at = OUT_AT


class ContributionFactory(DjangoModelFactory):
    """A piece that everybody can read, of somebody new, under a post of many."""

    class Meta:
        model = models.Contribution

    post = factory.SubFactory(
        PostFactory,
        kind=models.Kind.COLLABORATIVE,
        event_starts_at=OUT_AT,
        event_ends_at=OUT_AT + timedelta(hours=1),
    )
    user = factory.LazyFunction(lambda: person(f"writer-of-pieces-{next(_numbers)}"))
    text = factory.Sequence(lambda n: f"Piece {n}")
    html = factory.LazyAttribute(lambda piece: f"<p>{piece.text}</p>\n")
    standing = models.Standing.SHOWN
    created_at = OUT_AT


class VideoFactory(DjangoModelFactory):
    """A film of 24 minutes that has been out since 2016; ``parts`` are rows by the names of its lists."""

    class Meta:
        model = models.Video
        skip_postgeneration_save = True

    community = factory.LazyFunction(wecops)
    status = models.VideoStatus.PUBLISHED
    slug = factory.Sequence(lambda n: f"video-{n}")
    title = factory.Sequence(lambda n: f"Video {n}")
    summary = "What is seen in it, in a sentence."
    carrier = models.Carrier.YOUTUBE
    key = "WeCops-Film"
    seconds = 1440
    created_at = changed_at = published_at = OUT_AT

    @factory.post_generation
    def parts(self, create, lists):
        for name, rows in (lists or {}).items():
            for row in rows:
                getattr(self, name).create(**row)
