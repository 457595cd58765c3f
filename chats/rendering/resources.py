"""What people shared -> the list of it: links with who brought them and the words beside them, and described pictures.

No template, as a chat may have hundreds: the markup here is filled with ``text`` and ``lines`` only.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.utils.safestring import SafeString

from chats.analysis.links import Resource, readable
from chats.rendering import numbers, text
from chats.rendering.lines import Lines
from chats.rendering.values import LinkValue, TranscriptValue, TweetValue

FIRST = 4  # on the chat's own page
MOST = 500  # links on one page; the rest stand in their tweets
FACES = 3
LONGEST_SHOWN = 300  # letters of an address: it is the only name a link has
LONGEST_ASIDE = 70

LINK = """\
<article class="res"><h3>{link}{academic}</h3>
{sentence}<div class="by">{faces}<p>{shared} <strong><bdi>{name}</bdi></strong>, {place}{others}</p></div>
{more}<p class="res__end"><b class="num">{people}</b>{word} it</p></article>
"""
SENTENCE = '<p class="res__said"><q><bdi dir="auto">{}</bdi></q></p>\n'
FACE_ROW = '<span class="av-row">{}</span>'
MORE = '<details class="fold"><summary>{}</summary><ul class="rows">{}</ul></details>\n'
ALSO = '<li><div class="grow"><b><bdi>{}</bdi></b>{}<span class="muted">{}</span></div></li>'
PICTURE = '<li><div class="grow">{}<p class="small muted"><bdi>{}</bdi>, {}</p></div></li>\n'
DESCRIBED = '<p><bdi dir="auto">{}</bdi></p>'
BARE = '<li><div class="grow"><p class="muted">{} without a description</p><p class="small muted">{}</p></div></li>\n'
SENSITIVE = '<details class="fold"><summary>Marked as sensitive. Show what it says</summary>{}</details>'


class FirstLink(NamedTuple):
    """A link as the chat's own page shows it."""

    link: SafeString
    people: int
    is_academic: bool


class Resources:
    """The links and pictures of one transcript as HTML."""

    def __init__(self, transcript: TranscriptValue, lines: Lines) -> None:
        self._lines = lines
        self._links = [link for link in transcript.links if not link.is_tweet]
        self._tweets = [link for link in transcript.links if link.is_tweet]
        self._pictures = [tweet for tweet in transcript.timeline if _has_picture(tweet)]

    def first(self) -> list[FirstLink]:
        """What most people shared."""
        return firsts(self._links)

    def context(self) -> dict[str, Any]:
        described = [tweet for tweet in self._pictures if tweet.alt_texts]
        return {
            "shared": self._html(self._links[:MOST]),
            "shared_tweets": self._html(self._tweets[:MOST]),
            "pictures": SafeString("".join(map(self._picture, described)) + self._bare()),
            "links_count": len(self._links),
            "pictures_count": len(self._pictures),
            "sharers_count": len({tweet.author for link in self._links for tweet, _ in link.shared}),
            "left_out": max(len(self._links) - MOST, 0) + max(len(self._tweets) - MOST, 0),
        }

    def _html(self, links: Sequence[LinkValue]) -> SafeString:
        return SafeString("".join(map(self._resource, links)))

    def _resource(self, link: LinkValue) -> str:
        (tweet, sentence), *others = link.shared
        people = len(link.shared)
        return LINK.format(
            link=_link(link),
            academic=self._lines.academic if link.is_academic else "",
            sentence=_sentence(sentence),
            shared="First shared by" if others else "Shared by",
            faces=FACE_ROW.format("".join(self._lines.author(each.author).face for each, _ in link.shared[:FACES])),
            name=self._lines.author(tweet.author).name,
            place=self._lines.place(tweet),
            others=f", and by {numbers.counted(len(others), 'other,others')}" if others else "",
            more=self._more(others),
            people=people,
            word="person shared" if people == 1 else "people shared",
        )

    def _more(self, others: Iterable[tuple[TweetValue, str]]) -> str:
        """What the others said with it."""
        said = [
            ALSO.format(self._lines.author(tweet.author).name, _sentence(sentence), self._lines.place(tweet))
            for tweet, sentence in others
        ]
        counted = numbers.counted(len(said), "other,others")
        return MORE.format(f"What {counted} said with it", "".join(said)) if said else ""

    def _picture(self, tweet: TweetValue) -> str:
        words = "".join(DESCRIBED.format(text.words(alt)) for alt in tweet.alt_texts)
        told = SENSITIVE.format(words) if tweet.is_sensitive else words
        return PICTURE.format(told, self._lines.author(tweet.author).name, self._lines.place(tweet))

    def _bare(self) -> str:
        """All that nobody described as one item: there is nothing to say of each but who and when."""
        bare = [tweet for tweet in self._pictures if not tweet.alt_texts]
        places = [f"<bdi>{self._lines.author(each.author).name}</bdi>, {self._lines.place(each)}" for each in bare]
        counted = numbers.counted(len(bare), "picture or film,pictures or films")
        return BARE.format(counted, "; ".join(places)) if bare else ""


def firsts(links: Iterable[LinkValue | Resource]) -> list[FirstLink]:
    """The first few that are no tweets."""
    pages = [each for each in links if not each.is_tweet][:FIRST]
    return [FirstLink(_link(each, LONGEST_ASIDE), len(each.shared), each.is_academic) for each in pages]


def _has_picture(tweet: TweetValue) -> bool:
    is_own = tweet.kind != "retweet" and not tweet.removed
    return is_own and bool(tweet.alt_texts or any(span.kind == "media" for span in tweet.spans))


def _link(link: LinkValue | Resource, longest: int = LONGEST_SHOWN) -> SafeString:
    """Where it ends, and that address without what nobody reads."""
    shown = readable(link.address)
    return text.link(link.address, shown if len(shown) <= longest else f"{shown[:longest]}\u2026")


def _sentence(sentence: str) -> str:
    return SENTENCE.format(text.words(sentence)) if sentence else ""
