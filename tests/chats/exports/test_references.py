"""References to a transcript, read back as reference managers read them."""

import re
from datetime import UTC, datetime

import pytest

from accounts.models import Community
from chats.exports import references
from tests.factories.values import PATH, transcript

NASTY = "R&D {50%} of $5_000 #1 ~ ^ \\end\r\nER  - \n@misc{x,"
TEX = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciicircum{}": "^",
    r"\textasciitilde{}": "~",
    **{f"\\{sign}": sign for sign in "#$%&_"},
}


@pytest.fixture(autouse=True)
def _on_the_web(settings):
    settings.SITE_URL = "https://portal.example"


def cited(kind, *, title="First night", name="WeCops"):
    value = transcript(version=2, built_at=datetime(2026, 11, 24, 9, tzinfo=UTC))
    object.__setattr__(value.chat, "title", title)
    community = Community(slug="wecops", name=name, handle="WeCops", hashtags=["WeCops"], domain="portal.example")
    return getattr(references, kind)(value, community).decode()


def read_ris(text):
    """[(tag, words)] by the rules of the format: two capitals or digits, two blanks, a hyphen, a blank."""
    lines = text.removesuffix("\r\n").split("\r\n")
    return [re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line).groups() for line in lines]


def read_bibtex(text):
    """(key, {name: words}) of the one entry; values end where their braces balance."""
    key, body = re.fullmatch(r"@misc\{([\w-]+),\n(.*)\}\n", text, re.DOTALL).groups()
    found = {}
    while body.strip():
        name, rest = re.match(r"\s*(\w+) = \{(.*)", body, re.DOTALL).groups()
        depth, end = 1, 0
        while depth:
            depth += {"{": 1, "}": -1}.get(rest[end], 0)
            end += 1
        found[name], body = rest[: end - 1], rest[end:].removeprefix(",")
    return key, found


def untexed(words):
    return re.sub(r"\\text\w+\{\}|\\.", lambda match: TEX[match[0]], words.removeprefix("{").removesuffix("}"))


def test_ris_says_who_what_when_and_which_version():
    assert read_ris(cited("ris")) == [
        ("TY", "ELEC"),
        ("AU", "WeCops"),
        ("TI", "First night: transcript of a tweet chat"),
        ("PY", "2026"),
        ("DA", "2026/11/18"),
        ("ET", "Version 2 of Tuesday 24 November 2026"),
        ("KW", "#WeCops"),
        ("LA", "en"),
        ("PB", "WeCops"),
        ("UR", f"https://portal.example{PATH}"),
        ("ER", ""),
    ]


def test_bibtex_says_who_what_when_and_which_version():
    assert read_bibtex(cited("bibtex")) == (
        "wecops-2026-first-night",
        {
            "author": "{WeCops}",
            "title": "{First night: transcript of a tweet chat}",
            "year": "2026",
            "month": "11",
            "day": "18",
            "note": "Version 2 of Tuesday 24 November 2026",
            "keywords": r"\#WeCops",
            "url": f"https://portal.example{PATH}",
        },
    )


@pytest.mark.parametrize("title", [NASTY, "Ünïcödé — “quoted”", "}", "{", "\\"])
def test_bibtex_gives_back_any_title(title):
    _, fields = read_bibtex(cited("bibtex", title=title, name=title))

    expected = " ".join(title.split())
    assert untexed(fields["title"]) == f"{expected}: transcript of a tweet chat"
    assert untexed(fields["author"]) == expected


def test_ris_lets_no_title_begin_a_field():
    fields = read_ris(cited("ris", title=NASTY))

    assert [words for tag, words in fields if tag == "TI"] == [
        "R&D {50%} of $5_000 #1 ~ ^ \\end ER - @misc{x,: transcript of a tweet chat"
    ]
    assert [tag for tag, _ in fields].count("ER") == 1
