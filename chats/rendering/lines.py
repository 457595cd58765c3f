"""A tweet's values -> its HTML, made once and set into every page that shows it, with or without its replies.

The tweet itself is no template, which would take ten times as long.  ``ARTICLE`` is filled with markup only: of
``faces``, of ``text``, of ``format_html``, and of our own numbers and times.  Nothing from outside gets there bare.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from django.conf.locale import LANG_INFO
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from chats.models import Network
from chats.rendering import faces, numbers, text, times
from chats.rendering.icons import ICONS
from chats.rendering.values import ChatValue, PersonValue, TweetValue

# Deeper replies stand at this depth and say whom they reply to: the eye, and browsers, lose a deeper nest.
DEEPEST = 3
# A longer text is folded behind its opening; X takes 25,000 letters.
LONGEST, OPENING = 1_500, 280

ARTICLE = """\
<article class="tweet" id="t{number}" aria-label="{name}, {time}">
{face}<div><div class="tweet__by">{author}{academic} <a class="at" href="{address}">\
<time datetime="{moment}" title="{time} and {second} s">{time}</time></a></div>
{parent}{body}{foot}{retweeters}</div>"""
END = "</article>"
NAME = '<b><bdi>{}</bdi></b> <span class="handle"><bdi>@{}</bdi></span>'
AUTHOR = f'<a href="{{}}" rel="nofollow noopener noreferrer">{NAME}</a>{{}}'
AUTHOR_WITHOUT_A_PAGE = f"<span>{NAME}</span>{{}}"
HOST = SafeString(' <span class="host">Host</span>')
REPLIES = '<ol class="replies tweets" aria-label="Replies to {}">'
ACADEMIC = ' <a class="academic" href="{}">{}academicpony</a>'
WORDS = '<p class="tweet__text"><bdi dir="auto">{}</bdi></p>\n'
FOREIGN_WORDS = '<p class="tweet__text"><bdi dir="auto" lang="{}">{}</bdi></p>\n'
PICTURE = '<p class="tweet__alt"><b>Picture:</b> <bdi dir="auto">{}</bdi></p>\n'
BARE_PICTURE = format_html('<p class="tweet__alt">{}</p>\n', "A picture or film, without a description.")
SENSITIVE = '<details class="fold"><summary>Marked as sensitive. Show it</summary>{}</details>\n'
# The opening goes when the whole is shown; print shows the whole (design.css).
LONG = """\
<details class="fold long"><summary><bdi class="long__begin" dir="auto">{}\u2026</bdi> <b>Show all {:,} letters</b>\
</summary>{}</details>
"""
PARENT = '<p class="tweet__re"><a href="{}">Replying to <bdi>@{}</bdi></a></p>\n'
FAR_PARENT = '<p class="tweet__re">Replying to <bdi>@{}</bdi></p>\n'
REMOVED_PARENT = '<p class="tweet__re"><a href="{}">Replying to a tweet that was removed</a></p>\n'
LOST_PARENT = format_html('<p class="tweet__re">{}</p>\n', "Replying to a tweet that is not here")
FOOT = '<div class="tweet__foot">{}{}</div>\n'
ORIGINAL = '<a href="{}" rel="nofollow noopener noreferrer">View on {}<span class="vh">: {}, {}</span></a>'
RETWEETERS = '<p class="tweet__again">Retweeted here by {}</p>\n'
RETWEET = '<span id="t{}"></span>'
NUMBER = '<a id="t{0}" href="{1}">{0}</a>'
PLACE = '<a href="{}">{}</a>'
GONE = '<p class="tweet tweet--gone" id="t{}">A tweet was here. {}</p>'
REMOVED_BY = {"author": "Its author has removed it, so we have too.", "moderator": "A moderator has removed it."}

NETWORKS = dict(Network.choices)

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class Line(NamedTuple):
    """A tweet's article up to the place of its replies, and behind it; ``name`` is its author's."""

    before: str
    after: str
    name: SafeString | str


class Author(NamedTuple):
    """Somebody as HTML: the face, the name with its link, and the bare name, escaped."""

    face: SafeString
    html: SafeString
    name: SafeString


class Lines:
    """The tweets of one transcript, or some of them, as HTML.  ``addresses`` says on which page each number stands."""

    def __init__(self, chat: ChatValue, timeline: Iterable[TweetValue], addresses: dict[int, str]) -> None:
        self._addresses = addresses
        self._authors: dict[tuple[str, str], Author] = {}
        self.academic = format_html(ACADEMIC, reverse("blog:tag", args=["academicpony"]), ICONS["shoe"])
        self.time = times.Watch(chat.starts_at, chat.time_zone).say
        self._lines = {tweet.number: self._line(tweet) for tweet in timeline}

    def flat(self, tweets: Iterable[TweetValue]) -> SafeString:
        """List items one after the other."""
        lines = (self._lines[tweet.number] for tweet in tweets)
        return SafeString("".join(f"<li>{line.before}{line.after}</li>\n" for line in lines))

    def nested(self, tweets: Iterable[TweetValue]) -> SafeString:
        """List items in reading order, the replies to each in a list of its own inside its article."""
        parts: list[str] = []
        open_: list[tuple[Line, bool]] = []
        for tweet in tweets:
            depth = min(tweet.depth, DEEPEST, len(open_))
            _close(open_, depth, parts)
            if open_ and not open_[-1][1]:
                parts.append(format_html(REPLIES, open_[-1][0].name))
                open_[-1] = (open_[-1][0], True)
            line = self._lines[tweet.number]
            parts += ('<li class="deep">' if tweet.depth > depth else "<li>"), line.before
            open_.append((line, False))
        _close(open_, 0, parts)
        return SafeString("".join(parts))

    def numbers(self, tweets: Iterable[int]) -> SafeString:
        """Links to where these stand, in their places: an address of a tweet that somebody kept leads on."""
        return SafeString("".join(NUMBER.format(number, self._addresses[number]) for number in tweets))

    def place(self, tweet: TweetValue) -> SafeString:
        """When it was said, as a link to where it stands."""
        return SafeString(PLACE.format(self._addresses[tweet.number], self.time(tweet.created_at)))

    def _line(self, tweet: TweetValue) -> Line:
        if tweet.removed:
            return Line(format_html(GONE, tweet.number, REMOVED_BY[tweet.removed]), "", "")
        author = self.author(tweet.author)
        time = self.time(tweet.created_at)
        article = ARTICLE.format(
            number=tweet.number,
            name=author.name,
            face=author.face,
            author=author.html,
            academic=self.academic if tweet.is_academic else "",
            address=self._addresses[tweet.number],
            moment=tweet.created_at.isoformat(),
            time=time,
            second=f"{tweet.created_at:%S}",
            parent=self._parent(tweet),
            body=_body(tweet),
            foot=_foot(tweet, author.name, time),
            retweeters=_retweeters(tweet),
        )
        return Line(article, END, author.name)

    def author(self, person: PersonValue) -> Author:
        account = person.network, person.id
        if account not in self._authors:
            self._authors[account] = _author(person)
        return self._authors[account]

    def _parent(self, tweet: TweetValue) -> SafeString | str:
        if tweet.parent is None:
            return LOST_PARENT if tweet.misses_parent else ""
        address = self._addresses.get(tweet.parent)
        if not tweet.parent_handle:
            return format_html(REMOVED_PARENT, address) if address else LOST_PARENT
        if not address:
            return format_html(FAR_PARENT, tweet.parent_handle)
        return format_html(PARENT, address, tweet.parent_handle)


def _close(open_: list[tuple[Line, bool]], depth: int, parts: list[str]) -> None:
    """End the articles that are open below ``depth``, the innermost first."""
    while len(open_) > depth:
        line, has_replies = open_.pop()
        parts += ("</ol>" if has_replies else ""), line.after, "</li>\n"


def _author(person: PersonValue) -> Author:
    name = text.name(person.name, person.handle)
    profile = text.profile(person.network, person.handle)
    account = None if person.is_community else (person.network, person.id)
    said = name, person.handle, HOST if person.is_host else ""
    return Author(
        face=faces.face(person.name or person.handle, "", account),
        html=format_html(AUTHOR, profile, *said) if profile else format_html(AUTHOR_WITHOUT_A_PAGE, *said),
        name=text.escape(name),
    )


def _body(tweet: TweetValue) -> SafeString:
    """The words and what describes the pictures; folded where very long, or marked by the author as sensitive."""
    words = text.html(
        tweet.text,
        tweet.spans,
        network=tweet.author.network,
        author=tweet.author.handle,
        is_labelled=tweet.placed_by == "label",
    )
    code, _ = _language(tweet.lang)
    body = SafeString(FOREIGN_WORDS.format(text.escape(code), words) if code else WORDS.format(words))
    if len(tweet.text) > LONGEST:
        opening = "".join(tweet.text.strip()[:OPENING].rsplit(maxsplit=1)[:1])
        body = SafeString(LONG.format(text.words(opening), len(tweet.text), body))
    if tweet.alt_texts:
        body += format_html_join("", PICTURE, ((alt,) for alt in tweet.alt_texts))
    elif any(span.kind == "media" for span in tweet.spans):
        body += BARE_PICTURE
    return format_html(SENSITIVE, body) if tweet.is_sensitive else body


def _foot(tweet: TweetValue, name: SafeString, time: str) -> SafeString:
    """What is known about the tweet, and the way to the original."""
    _, language = _language(tweet.lang)
    known = (
        f"Written in {language}" if language else "",
        "Edited" if tweet.is_edited else "",
        numbers.counted(tweet.likes, "like,likes") if tweet.likes else "",
        numbers.counted(tweet.reposts, "retweet,retweets") if tweet.reposts else "",
        "Placed by its time" if tweet.placed_by == "model" and tweet.question is not None else "",
    )
    facts = "".join(f"<span>{fact}</span>" for fact in known if fact)
    address = text.escape(text.address(tweet.url))
    original = ORIGINAL.format(address, NETWORKS[tweet.author.network], name, time) if address else ""
    return SafeString(FOOT.format(facts, original))


def _retweeters(tweet: TweetValue) -> SafeString | str:
    """Who passed it on in the chat, each once, however often; each retweet keeps the address of its number."""
    if not tweet.retweeted_by:
        return ""
    numbered: dict[tuple[str, str], tuple[PersonValue, list[int]]] = {}
    for number, person in tweet.retweeted_by:
        numbered.setdefault((person.network, person.id), (person, []))[1].append(number)
    named = (
        (text.name(person.name, person.handle), format_html_join("", RETWEET, ((each,) for each in rest)), first)
        for person, (first, *rest) in numbered.values()
    )
    return format_html(RETWEETERS, format_html_join(", ", '<span id="t{2}"><bdi>{0}</bdi>{1}</span>', named))


def _language(code: str) -> tuple[str, str]:
    """How to mark and what to call the language of a tweet; twice "" for English and for what is no language."""
    if not _LANGUAGE.fullmatch(code) or code.startswith("en"):
        return "", ""
    found = LANG_INFO.get(code.lower()) or LANG_INFO.get(code.partition("-")[0]) or {}
    return (code, found["name"]) if "name" in found else ("", "")
