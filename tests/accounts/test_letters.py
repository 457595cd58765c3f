"""One set of words makes HTML and plain text, in the community's colours; what is set into them stays words."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template import Context, Template

from accounts.models import Community
from accounts.outbox import colours, letters
from accounts.outbox.letters import Letter
from tests.test_design import colours as tokens

EVERY_PART = """{% load mail_tags %}
{% subject %}Can you still host on {{ day }}? One press{% endsubject %}
{% preheader %}{{ title }}, please tell us.{% endpreheader %}
{% heading %}Can you still host?{% endheading %}
{% paragraph %}Hello {{ name }}. <strong>{{ title }}</strong> is on
   {{ day }}, see <a href="{{ link }}">its page</a>.{% endparagraph %}
{% care %}It may be hard to read. Free help: <a href="https://wecops.example/help">wecops.example/help</a>{% endcare %}
{% fact "When" %}{{ day }}, 9 to 10 pm{% endfact %}
{% fact "With" %}{{ name }}{% endfact %}
{% bite by=name %}I am the one at home.{% endbite %}
{% button link %}Yes, I will be there{% endbutton %}
{% section %}Still open{% endsection %}
{% row 1 %}Check names{% endrow %}
{% row %}Read them aloud{% endrow %}
{% row "Q3" %}What next?{% endrow %}
{% quiet %}Your buddy is {{ name }}.<br>Answer this email.{% endquiet %}
{% foot %}You host this chat.{% endfoot %}
"""
TOLD = {"day": "Thursday", "title": "The first hour", "name": "Inês", "link": "https://wecops.example/host?a=1&b=2"}
TEXT = """\
Can you still host?
===================

Hello Inês. The first hour is on Thursday, see its page (https://wecops.example/host?a=1&b=2).

It may be hard to read. Free help: https://wecops.example/help

When: Thursday, 9 to 10 pm
With: Inês

“I am the one at home.”
Inês

Yes, I will be there:
https://wecops.example/host?a=1&b=2

Still open
----------

1. Check names
• Read them aloud
Q3 What next?

Your buddy is Inês.
Answer this email.

--
You host this chat.
"""
WECOPS = Community(slug="wecops", name="WeCops", hue=264, hue_accent=100)


def letter_of(**told):
    letter = Letter()
    Template(EVERY_PART).render(Context({**TOLD, **told, "letter": letter}))
    return letter


class Skeleton(HTMLParser):
    """Elements with the names of their attributes, and the schemes of links."""

    def __init__(self, html):
        super().__init__()
        self.found, self.words = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        told = [(name, (value or "").partition(":")[0] if name == "href" else "") for name, value in attributes]
        self.found.append((tag, told))

    def handle_data(self, data):
        self.words += data


def test_html_and_text_say_the_same():
    letter = letter_of()
    words = " ".join(Skeleton(letter.html(WECOPS).partition("<body")[2]).words.split())

    assert letter.text == TEXT
    assert letter.subject == "Can you still host on Thursday? One press"
    assert letter.preheader == "The first hour, please tell us."
    said = re.sub(r" \(https\S+\)|https\S+|[=-]{2,}|^1\.|^Q3|•|“|”|:$", "", TEXT, flags=re.MULTILINE)
    assert [piece for piece in re.split(r"\n|: ", said) if piece.strip() not in words] == []


def test_what_was_written_is_read_back_from_its_text():
    letter = letter_of()

    again = letters.read(letter.subject, letter.text)

    assert again.text == letter.text
    kinds = ["paragraph", "paragraph", "facts", "bite", "button", "section", "rows", "paragraph"]
    assert [part.name for part in again.parts] == kinds
    assert letters.read(again.subject, again.text) == again


HOSTILE = [
    '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "</td></table><h1>", "<a href='javascript:x'>y</a>",
    "{{ settings.SECRET_KEY }}{% load x %}", "\n\nClick:\nhttps://evil.example\n\n--\n",
    "]]>&lt;b&gt;", "\x00\x1b[1m\u202e",
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
def test_whatever_is_set_into_the_words_is_words(value):
    kind = dict.fromkeys(("title", "name"), "Words")
    sound, hostile = letter_of(**kind), letter_of(title=value, name=value)

    assert Skeleton(hostile.html(WECOPS)).found == Skeleton(sound.html(WECOPS)).found
    assert [part.name for part in hostile.parts] == [part.name for part in sound.parts]
    assert len(hostile.text.splitlines()) == len(sound.text.splitlines())


@pytest.mark.parametrize("value", HOSTILE)
def test_whatever_somebody_types_is_words_too(value):
    found = Skeleton(letters.read("Subject", f"Hello\n\n{value} and more").html(WECOPS)).found

    known = {tag for tag, _ in Skeleton(letter_of().html(WECOPS)).found} | {"br"}
    given = [(name, scheme) for _, attributes in found for name, scheme in attributes]
    assert {tag for tag, _ in found} <= known
    assert not {"src", "onerror"} & {name for name, _ in given}
    assert {scheme for name, scheme in given if name == "href"} <= {"https"}


def test_a_letter_asks_for_nothing_and_is_light():
    html = letter_of().html(WECOPS)

    assert not re.search(r"<img|<link|<script|url\(|@import|background=|<form", html)
    assert len(html.encode()) < 10_000
    assert re.findall(r"<h1", html) == ["<h1"]


def test_the_name_of_the_community_stands_above_it():
    nurses = Community(slug="nurses", name="We<Nurses>", hue=20, hue_accent=200)
    html = letter_of().html(nurses)

    assert "We&lt;Nurses&gt;" in html
    assert colours.of(nurses)["deep"] in html
    assert colours.of(WECOPS)["deep"] not in html


@pytest.mark.parametrize(("dark", "mail"), [(False, colours.LIGHT), (True, colours.DARK)])
def test_the_colours_are_those_of_the_pages(dark, mail):
    turns = {"hue": ("still", "brand"), "hue-accent": ("accent",)}
    sheet = tokens(dark=dark)

    for name, (lightness, strength, turn) in mail.items():
        light, chroma, hue = sheet[name.replace("_", "-")]
        assert (light, chroma) == (pytest.approx(lightness), pytest.approx(strength)), name
        assert turn in turns[hue], name


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        ((1, 0, 0), "#ffffff"),
        ((0, 0, 0), "#000000"),
        ((0.27, 0.095, 264), "#0d2254"),
        ((0.628, 0.2577, 29.23), "#ff0000"),
    ],
)
def test_oklch_is_told_in_hex(colour, expected):
    assert colours.hexadecimal(*colour) == expected


def test_every_template_of_mail_says_what_it_needs_in_its_first_line():
    folder = Path(__file__).resolve().parents[2] / "templates/mails"

    assert [path.name for path in folder.glob("*.html") if not path.read_text().startswith("{# ")] == []
