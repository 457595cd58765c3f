"""The words of a film: typed in one of two ways, read aloud in paragraphs, and given back as captions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog import captions
from blog.captions import BadLine, Cue, Paragraph

TYPED = """\
0:04 Ann: Tea or tea?

0:09 bob: Tea.
1.02.15 Note: three things.
"""
WEBVTT = """\
WEBVTT - a film

NOTE
made by hand

STYLE
::cue {color: red}

1
00:04.000 --> 00:09.500 align:start
<v Ann>Tea
or <b>tea</b>?

01:00:10.250 --> 01:00:12.000
<v.loud Bob>R&amp;D <v Ann>&lt;3
"""


def test_lines_begin_with_a_time_and_maybe_with_a_name_that_is_known():
    assert captions.read(TYPED, ["Ann", "Bob"]) == [
        Cue(4, None, "Ann", "Tea or tea?"),
        Cue(9, None, "Bob", "Tea."),
        Cue(3735, None, "", "Note: three things."),
    ]


def test_webvtt_is_read_as_players_read_it():
    assert captions.read(WEBVTT) == [
        Cue(4, 9.5, "Ann", "Tea or tea?"),
        Cue(3610.25, 3612, "Bob", "R&D"),
        Cue(3610.25, 3612, "Ann", "<3"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0:04 a\nb", "Line 2 does not begin with a time"),
        ("0:04 a\n\n0:99 b", "Line 3 does not begin with a time"),
        ("0:04", "Line 1 does not begin with a time"),
        ("0:09 a\n0:04 b", "Line 2 is at 0.04, before what stands above it."),
        ("WEBVTT\n\nwords", "Line 3 has words without a time"),
        ("WEBVTT\n\n1\n0:0 --> 1", "Line 4 has times that cannot be read"),
        ("WEBVTT\n\n00:04.000 --> 00:04.000\na", "Line 3 ends before it begins."),
        ("WEBVTT\n\n00:09.000 --> 00:10.000\na\n\n00:04.000 --> 00:05.000\nb", "Line 6 is at 0.04"),
    ],
)
def test_a_bad_line_is_told_with_its_number(text, said):
    with pytest.raises(BadLine, match=said):
        captions.read(text)


def test_what_somebody_says_in_a_row_is_one_paragraph_that_is_not_too_long():
    cues = [Cue(at, None, by, f"w{at}") for at, by in ((0, "Ann"), (20, "Ann"), (44, "Ann"), (45, "Ann"), (50, ""))]

    assert captions.paragraphs(cues) == [
        Paragraph(0, "Ann", "w0 w20 w44"),
        Paragraph(45, "Ann", "w45"),
        Paragraph(50, "", "w50"),
    ]


def test_captions_last_until_the_next_words():
    cues = captions.read("0:04 Ann: <3 --> tea\n0:09 Tea.", ["Ann"])

    assert captions.webvtt(cues) == (
        "WEBVTT\n\n00:00:04.000 --> 00:00:09.000\n<v Ann>&lt;3 --&gt; tea\n\n00:00:09.000 --> 00:00:14.000\nTea.\n"
    )


CUES = st.lists(
    st.tuples(
        st.integers(0, 10**7),
        st.integers(1, 10**4),
        st.text(st.characters(categories=["L", "P", "S"]), min_size=1),
        st.sampled_from(["", "Ann", "A & B"]),
    )
)


@given(CUES)
def test_captions_are_read_back_as_they_were(rows):
    cues = [Cue(at / 1000, (at + lasts) / 1000, by, words) for at, lasts, words, by in sorted(rows)]

    assert captions.read(captions.webvtt(cues)) == cues


@pytest.mark.parametrize(
    ("text", "seconds", "said"),
    [("0:04", 4, "0.04"), ("5.12", 312, "5.12"), (" 1:02:15 ", 3735, "1.02.15"), ("90:00", 5400, "1.30.00")],
)
def test_places_in_a_film_are_typed_and_said(text, seconds, said):
    assert (captions.second(text), captions.clock(seconds)) == (seconds, said)


@pytest.mark.parametrize("text", ["", "5", "5:60", "5:1", "-1:00", "five", "1:2:3:4"])
def test_what_is_no_place_in_a_film_is_none(text):
    assert captions.second(text) is None
