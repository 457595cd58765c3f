import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chats.sources.base import Rejected, SourceAuthor, SourceError, SourceTweet, Span
from tests.chats.sources.building import TAGS_COLUMNS, csv_file, tags_row, tweet_id
from tests.chats.sources.reading import meanings, read

SAMPLE = Path(__file__).parents[2] / "samples/files/tags.csv"
BROKEN = "The quotation marks in this row do not match, or it has no end"
CUT = "The id '3.08E+17' was cut short by a spreadsheet, and no address holds it"


@pytest.fixture
def read_rows(write):
    """All tweets and refused rows of a sheet with these rows."""

    def read_rows(*rows, **style):
        return read(write(csv_file(*rows, **style)), "tags")

    return read_rows


def ids(tweets):
    return [tweet.id for tweet in tweets]


def test_row_becomes_a_record():
    tweets, rejected = read(SAMPLE)

    assert rejected == []
    assert tweets[1] == SourceTweet(
        network="x",
        id="1367565592810225665",
        author=SourceAuthor("x", "502", "omar", "omar", 100),
        text="A1:\nask & listen 👂 #WeInvent, says @nell https://t.co/abc0000001",
        created_at=datetime(2021, 3, 4, 20, 0, 20, 123_000, UTC),
        url="https://x.com/omar/status/1367565592810225665",
        hashtags=("WeInvent",),
        spans=(
            Span("hashtag", 19, 28, "WeInvent"),
            Span("mention", 35, 40, "nell"),
            Span("link", 41, 64, "https://t.co/abc0000001", "example.org/1", "https://example.org/1"),
        ),
        raw=tweets[1].raw,
    )
    assert json.loads(tweets[1].raw)["time"] == "04/03/2021 20:00:20"


def test_ids_that_a_spreadsheet_cut_are_found_in_the_address():
    tweets, _ = read(SAMPLE)

    assert ids(tweets) == [tweet_id(n) for n in range(5)]
    assert [tweet.reply_to for tweet in tweets] == ["", "", "", "", tweet_id(3)]
    assert tweets[3].author == SourceAuthor("x", "handle:sam", "Sam", "Sam", 100)


def test_retweet_is_known_by_its_text_alone():
    tweets, _ = read(SAMPLE)

    assert (tweets[2].text, tweets[2].retweet_of) == ("RT @nell: Q1: What did you try? #WeInvent", "")
    assert meanings(tweets[2]) == [("mention", "@nell", "nell"), ("hashtag", "#WeInvent", "WeInvent")]


@pytest.mark.parametrize(
    ("id_str", "address", "found"),
    [
        ("3.08E+17", "http://twitter.com/nell/statuses/308403190100029440", "308403190100029440"),
        ("3.08403190100029e+17", "https://x.com/nell/status/308403190100029440", "308403190100029440"),
        ("308403190100000000", "https://mobile.twitter.com/nell/status/308403190100029440", "308403190100029440"),
        ("", "https://www.twitter.com/nell/status/308403190100029440?s=20", "308403190100029440"),
        ("308403190100029440", "", "308403190100029440"),
        ("308403190100029440", "https://elsewhere.example/nell/status/5", "308403190100029440"),
    ],
)
def test_id_comes_from_the_address_first(read_rows, id_str, address, found):
    tweets, _ = read_rows(tags_row(1, id_str=id_str, status_url=address))

    assert ids(tweets) == [found]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id_str": "3.08E+17", "status_url": ""}, CUT),
        ({"id_str": "3.08e+17", "status_url": "http://twitter.com/nell"}, CUT.replace("E+", "e+")),
        ({"id_str": "", "status_url": ""}, "There is no id"),
        ({"id_str": "#REF!", "status_url": ""}, "The id '#REF!' is not a number"),
        ({"id_str": str(2**63), "status_url": ""}, f"The id '{2**63}' is too large or too small to be one"),
        ({"from_user": ""}, "There is no author"),
        ({"from_user": "=nell()"}, "The author's handle '=nell()' is not one"),
        ({"text": " \0\n"}, "There is no text"),
        ({"id_str": "12", "status_url": "", "created_at": "", "time": ""}, "No time"),
        ({"id_str": "12", "status_url": "", "created_at": "May"}, "The time 'May' cannot be read"),
    ],
)
def test_row_that_is_no_tweet_is_refused(read_rows, changes, reason):
    tweets, rejected = read_rows(tags_row(1), tags_row(2, **changes), tags_row(3))

    assert (ids(tweets), rejected) == ([tweet_id(1), tweet_id(3)], [Rejected(4, reason)])


def test_cell_may_hold_many_lines_quotes_and_delimiters(read_rows):
    text = 'A1: "yes", she said;\r\n\tthen\n\n\n#WeInvent'

    tweets, _ = read_rows(tags_row(1, text=text, entities_str=""), tags_row(2))

    assert (tweets[0].text, ids(tweets)) == (text, [tweet_id(1), tweet_id(2)])


def test_stray_carriage_returns_make_no_macintosh_of_windows(read_rows):
    tweets, rejected = read_rows(tags_row(2), "\r1" * 7 + "\r\n", tags_row(3))

    assert (ids(tweets), rejected) == ([tweet_id(2), tweet_id(3)], [Rejected(3, BROKEN)])


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("quoting", [0, 1])
def test_any_delimiter_and_quoting_is_read(read_rows, delimiter, quoting):
    rows = [tags_row(n) for n in range(4)]

    assert read_rows(*rows, delimiter=delimiter, quoting=quoting) == read_rows(*rows)


def test_columns_may_stand_in_any_order_among_others(read_rows):
    rows = [{**tags_row(n), "": "", "our notes": "a, b"} for n in range(4)]

    tweets, rejected = read_rows(*rows, columns=["", *reversed(TAGS_COLUMNS), "our notes"])

    assert (ids(tweets), rejected) == ([tweet_id(n) for n in range(4)], [])


def test_three_columns_are_enough(write):
    path = write(f"text,id_str,from_user\nHello,{tweet_id(0)},nell\n".encode())

    ((tweet,), _) = read(path, "tags")

    assert tweet.author == SourceAuthor("x", "handle:nell", "nell", "nell")
    assert (tweet.text, tweet.created_at) == ("Hello", datetime(2021, 3, 4, 20, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("columns", "missing"),
    [
        ("id_str,text", "from_user"),
        ("time,entities_str", "from_user, id_str, text"),
        ('"id_str,text', "from_user, id_str, text"),
    ],
)
def test_missing_columns_are_named(write, columns, missing):
    path = write(f"{columns}\n1,Hello\n".encode())

    with pytest.raises(SourceError, match=f"The first line does not name the columns {missing}.") as raised:
        read(path, "tags")

    assert (raised.value.code, raised.value.permanent) == ("file_format", True)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ('1,"never closed\n', BROKEN),
        ('1,"closed" too early,x\n', BROKEN),
        (f'1,"{"x" * 131_073}"\n', BROKEN),
        ("1,two\n", "This row has 2 columns, the first line names 18"),
        ("," * 20 + "x\n", "This row has 21 columns, the first line names 18"),
    ],
    ids=["never closed", "closed early", "endless cell", "too few", "too many"],
)
def test_broken_row_spoils_none_of_the_next(read_rows, broken, reason):
    tweets, rejected = read_rows(tags_row(1), broken, *(tags_row(n) for n in range(2, 6)))

    assert (ids(tweets), rejected) == ([tweet_id(n) for n in range(1, 6)], [Rejected(4, reason)])


def test_every_row_with_a_quote_never_closed_is_named(read_rows):
    rows = [row for n in range(2, 6) for row in (f'{n},"open\n', tags_row(n))]

    tweets, rejected = read_rows(*rows)

    assert ids(tweets) == [tweet_id(n) for n in range(2, 6)]
    assert rejected == [Rejected(line, BROKEN) for line in (2, 4, 6, 8)]


def test_quote_that_nothing_closes_gives_up_in_the_same_row(read_rows):
    plain = [f"{tweet_id(n)},nell,Hello{',' * 15}\n" for n in range(600)]

    tweets, rejected = read_rows('1,"open\n', *plain)

    assert (ids(tweets), rejected) == ([tweet_id(n) for n in range(600)], [Rejected(2, BROKEN)])


def test_blank_rows_are_passed_over(read_rows):
    tweets, rejected = read_rows("\n", tags_row(0), "," * 17 + "\n", "  \n", tags_row(2), "\n\n")

    assert (ids(tweets), rejected) == ([tweet_id(0), tweet_id(2)], [])


def test_second_header_is_refused_alone(read_rows):
    tweets, rejected = read_rows(tags_row(0), ",".join(TAGS_COLUMNS) + "\n", tags_row(2))

    assert (ids(tweets), rejected) == ([tweet_id(0), tweet_id(2)], [Rejected(3, "The id 'id_str' is not a number")])


@pytest.mark.parametrize("entities", ["", "{", '{"hashtags":["', "[]", "NaN", "[" * 100_000, "9" * 5_000])
def test_entities_that_cannot_be_read_cost_only_themselves(read_rows, entities):
    (tweet,), _ = read_rows(tags_row(0, entities_str=entities))

    assert (tweet.text, tweet.spans) == ("A0: ask & listen 👂 #WeInvent, says @nell https://t.co/abc0000000", ())


@pytest.mark.parametrize(
    ("followers", "count"),
    [("100", 100), ("0", 0), ("", None), ("-1", None), ("1e3", None), ("٣", None), ("9" * 13, None)],
)
def test_followers_are_digits_or_unknown(read_rows, followers, count):
    (tweet,), _ = read_rows(tags_row(0, user_followers_count=followers))

    assert tweet.author.followers == count


def test_time_without_a_zone_is_read_in_the_given_one(write):
    old = {"id_str": "12", "status_url": "", "created_at": "", "time": "04/07/2010 21:30:00"}

    ((tweet,), _) = read(write(csv_file(tags_row(0, **old))), time_zone=ZoneInfo("Europe/London"))

    assert tweet.created_at == datetime(2010, 7, 4, 20, 30, tzinfo=UTC)
