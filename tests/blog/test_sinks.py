"""Hostile words in every place of the blog that shows words: the page keeps the structure it has with harmless ones.

Where Markdown is allowed, the words may make its few elements, which lead nowhere but to the web.
"""

import json
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.test import override_settings
from django.utils import timezone

from accounts import prose
from accounts.models import User
from accounts.outbox.letters import tidy
from accounts.roles import Role
from blog import comments, stories, thread
from blog.models import Comment, CommentState, Post
from blog.publishing import words
from tests.factories.blog import PostFactory, WriterFactory
from tests.factories.chats import wecops
from tests.factories.people import person
from tests.hostile import vectors

pytestmark = pytest.mark.django_db
BATCH = 100
VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr", "path", "circle"}
OF_MARKDOWN = {"comment__text", "prose", "said"}  # the classes of what holds it
ATOM = "{http://www.w3.org/2005/Atom}"


class Outline(HTMLParser):
    """``told``: every element with the names of its attributes and the schemes it leads to, in order.

    ``marked``: the same of what stands inside Markdown's places, which ``told`` leaves out.
    """

    def __init__(self, html):
        super().__init__()
        self.told, self.marked, self.open, self.data = [], [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        schemes = sorted(urlsplit(value or "").scheme for name, value in attrs if name in ("href", "src", "action"))
        inside = any(self.open)
        (self.marked if inside else self.told).append((tag, sorted(name for name, _ in attrs), schemes))
        if tag not in VOID:
            classes = set((dict(attrs).get("class") or "").split())
            self.open.append(inside or bool(classes & OF_MARKDOWN))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            inside = self.open.pop() if self.open else False
            (self.marked if inside and any(self.open) else self.told).append((f"/{tag}",))

    def handle_comment(self, data):
        self.told.append(("comment",))

    def handle_data(self, data):
        self.data.append(data)


def allowed(marked, tags):
    """What of it Markdown cannot have made."""
    return [
        each
        for each in marked
        if each[0].removeprefix("/") not in tags
        or (
            len(each) > 1
            and (set(each[1]) - {"href", "rel", "title", "class"} or set(each[2]) - {"", "http", "https", "mailto"})
        )
    ]


def told(html, tags=prose.TAGS):
    """The structure of a page; what Markdown made in it is Markdown's."""
    outline = Outline(html)
    assert allowed(outline.marked, tags) == []
    return outline.told


def whole(html):
    """The same without line breaks: several lines stay several lines."""
    return [each for each in told(html) if each[0] != "br"]


@pytest.fixture(autouse=True)
def _quiet():
    with override_settings(TEAM_SECOND_STEP=False):
        yield


@pytest.fixture
def pages(deep):
    return vectors(1_000 if deep else 12, seed=2)


def said(post, texts):
    """A comment for each text, of somebody whose name and handle it is as well."""
    now = timezone.now()
    people = User.objects.bulk_create(
        User(username=f"v{number}-{post.pk}", name=text[:120], handle=text[:30], handle_seen_at=now)
        for number, text in enumerate(texts)
    )
    Comment.objects.bulk_create(
        Comment(
            post=post, number=number, author=author, text=prose.lines(text), html=prose.remark(prose.lines(text)),
            state=CommentState.SHOWN, sent_at=now, shown_at=now,
        )
        for number, (author, text) in enumerate(zip(people, texts, strict=True), 1)
    )  # fmt: skip


def test_a_thread_keeps_its_structure(deep):
    every = vectors(10_000 if deep else 200)
    harmless = PostFactory()
    said(harmless, ["Harmless"] * BATCH)
    expected = told(thread.read(harmless, timezone.now()).html)

    for begin in range(0, len(every), BATCH):
        post = PostFactory()
        said(post, every[begin : begin + BATCH])
        html = thread.read(post, timezone.now()).html
        assert told(html, prose.REMARK_TAGS) == expected


def test_feeds_give_the_words_back(client, deep):
    every = vectors(2_000 if deep else 100, seed=3)
    for begin in range(0, len(every), 50):
        texts = every[begin : begin + 50]
        post = PostFactory(title=f"On {prose.one_line(texts[0], 100)}")
        said(post, texts)

        root = ET.fromstring(client.get(f"{post.get_absolute_url()}comments/feed/").content)

        names = [entry.findtext(f"{ATOM}author/{ATOM}name") for entry in root.iter(f"{ATOM}entry")]
        assert sorted(names) == sorted(tidy(text[:120]) for text in texts)
        bodies = [entry.findtext(f"{ATOM}summary") for entry in root.iter(f"{ATOM}entry")]
        assert sorted(bodies) == sorted(prose.remark(prose.lines(text)) for text in texts)
        assert root.findtext(f"{ATOM}title") == f"Comments on {tidy(post.title)}"


def test_a_post_keeps_its_structure(client, pages):
    writer = WriterFactory(slug="ann")
    post = PostFactory(slug="sink", by=[writer], tags=["word"])
    tag = post.tags.get()

    def shown(text):
        line = prose.one_line(text, 100) or "x"
        Post.objects.filter(pk=post.pk).update(title=line, excerpt=f"{line}.", **words.made(text))
        type(writer).objects.filter(pk=writer.pk).update(name=line, handle=text[:30], biography=line)
        type(tag).objects.filter(pk=tag.pk).update(name=line)
        page = client.get(f"{post.get_absolute_url()}?v=1").text
        return [page, *(client.get(f"{path}?v=1").text for path in ("/blog/", "/blog/by/ann/", "/blog/tags/word/"))]

    expected = [told(html) for html in shown("Harmless words")]
    for text in pages:
        found = shown(text)
        assert [told(html) for html in found] == expected
        facts = found[0].partition('type="application/ld+json">')[2].partition("</script>")[0]
        assert json.loads(facts) is not None


def test_what_is_typed_comes_back_as_words(client, pages):
    """The box of a comment, a story with its messages, and what a volunteer and its writer say of a removal."""
    sam, ruth = person("sam"), person("ruth", Role.MODERATOR)
    post = PostFactory(slug="typed", published_at=timezone.now())
    comment = post.comments.create(
        number=1, author=sam, text="x", html="<p>x</p>", sent_at=timezone.now(), held_for="first"
    )
    story = stories.begin(wecops(), sam, "A", "B", now=timezone.now())
    stories.send(story, consents=True, now=timezone.now())
    stories.say(story, sam, "x", is_from_team=False, now=timezone.now())
    comments.remove(comment, ruth, 2, "x", now=timezone.now())
    comments.appeal(comment, "x", now=timezone.now())
    story.refresh_from_db()

    def shown(text):
        line = prose.one_line(text, 100) or "x"
        lines = prose.lines(text) or "x"
        User.objects.filter(pk=sam.pk).update(name=line)
        Comment.objects.filter(pk=comment.pk).update(said=lines, appeal=lines, text=lines, html=prose.remark(lines))
        Post.objects.filter(pk=story.post_id).update(title=line, **words.made(lines))
        story.messages.update(text=lines)
        client.force_login(sam)
        yield client.post(
            f"{post.get_absolute_url()}comments/write/", {"text": f"{lines} {'x' * 2000}", "send": "1"}
        ).text
        for path in (comment.own_path, f"{comment.own_path}delete/", f"{story.get_absolute_url()}?preview=1", "/me/"):
            yield client.get(path).text
        client.force_login(ruth)
        for path in ("/desk/blog/comment/", f"/desk/blog/comment/{comment.pk}/change/"):
            yield client.get(path).text

    expected = [whole(html) for html in shown("Harmless")]
    for text in pages:
        assert [whole(html) for html in shown(text)] == expected, text


def test_letters_keep_their_structure(deep):
    sam = person("sam", email="sam@reader.example", email_confirmed_at=timezone.now())
    ruth = person("ruth", Role.MODERATOR)

    def written(text):
        comment = PostFactory(title=prose.one_line(text, 100) or "x").comments.create(
            number=1, author=sam, text="x", html="<p>x</p>", sent_at=timezone.now(), held_for="first"
        )
        comments.remove(comment, ruth, 2, prose.lines(text) or "x", now=timezone.now())
        return sam.mails.first().html

    harmless = whole(written("Harmless"))
    for text in vectors(500 if deep else 20, seed=4):
        assert whole(written(text)) == harmless, text
