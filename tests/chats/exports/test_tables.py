"""Tweets as plain facts -> CSV that every spreadsheet and every reader of tables takes for what it is."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chats.exports import facts, tables
from tests.factories.values import person, section, transcript, tweet

HOSTILE = '=HYPERLINK("http://evil.example","a,b")'


def rows(*tweets, redacted=False):
    told = facts.tell(transcript(section(*tweets)), site="https://portal.example")
    tell = facts.document(transcript(), told, "0" * 64, text="none" if redacted else "public")
    body = tables.table(tell["tweets"]).decode()
    return list(csv.DictReader(io.StringIO(body, newline=""), strict=True))


def test_a_tweet_is_a_row_of_everything_that_is_known():
    said = tweet(5, "A1 Tea, first", parent=3, depth=1, likes=0, why_captured=("hashtag", "file"), confidence=0.98765)

    assert rows(said) == [
        dict(
            zip(
                tables.HEADER,
                [
                    *["5", "5", "x", "id-ann", "ann", "Ann Okelu", "A1 Tea, first", "2026-11-18T21:05:05Z", "3", "1"],
                    *["answer", "1", "label", "0.988", "hashtag file", "0", "", "", ""],
                    *["https://x.com/ann/status/5", ""],
                ],
                strict=True,
            )
        )
    ]


def test_a_removed_tweet_keeps_its_number_and_nothing_else():
    (row,) = rows(tweet(5, "SECRET", removed="moderator"))

    assert {name: cell for name, cell in row.items() if cell} == {"number": "5", "removed": "moderator"}


def test_words_and_names_of_x_are_left_out_and_others_are_not():
    other = person("Bob", network="mastodon", handle="bob@social.example")

    of_x, of_another = rows(tweet(1, "Secret"), tweet(2, "Open", author=other), redacted=True)

    assert (of_x["text"], of_x["author_handle"], of_x["url"]) == ("", "", "https://x.com/i/web/status/1")
    assert (of_another["text"], of_another["author_handle"]) == ("Open", "bob@social.example")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_nothing_is_run_as_a_formula(start):
    (row,) = rows(tweet(1, f"{start}1+1", author=replace(person(), name=f"{start}Ann")))

    assert (row["text"], row["author_name"]) == (f"'{start}1+1", f"'{start}Ann")


@given(st.lists(st.tuples(st.text(min_size=1), st.text(min_size=1)), min_size=1, max_size=5))
def test_every_text_comes_back_whole(said):
    tweets = [tweet(n, text, author=replace(person(), name=name)) for n, (text, name) in enumerate(said, 1)]

    found = [(row["text"], row["author_name"]) for row in rows(*tweets)]

    assert [tuple(cell.removeprefix("'") for cell in row) for row in found] == [
        tuple(cell.removeprefix("'") for cell in row) for row in said
    ]


def test_lines_end_as_the_standard_has_it_and_without_a_byte_order_mark():
    told = facts.tell(transcript(section(tweet(1, HOSTILE), tweet(2, "two\nlines"))), site="")

    body = tables.table(told["tweets"])

    assert body.startswith(b"number,id,network,")
    assert (body.count(b"\r\n"), body.count(b'"two\nlines"')) == (3, 1)
    assert b'"\'=HYPERLINK(""http://evil.example"",""a,b"")"' in body
