"""No place of a tweet is kept, whatever it is read from: when X scrubs one, there is nothing of it here."""

import pytest

from chats.sources import x_asking
from tests.chats.sources.building import TAGS_COLUMNS, csv_file, json_lines, tags_row, v1_tweet, v2_page, v2_tweet
from tests.chats.sources.reading import read

POINT = {"type": "Point", "coordinates": [54.97, -1.61]}
PLACE = {"id": "5ca1ab1e", "full_name": "Tarlemere, Nowhere"}
V1 = {"geo": POINT, "coordinates": POINT, "place": PLACE}
V2 = {"geo": {"place_id": PLACE["id"], "coordinates": POINT, "full_name": PLACE["full_name"]}}
RTWEET = {"user_id": "1", "status_id": "2", "created_at": "2021-03-04T20:00:00Z", "screen_name": "ann", "text": "Tea"}
RTWEET |= dict.fromkeys(("is_quote", "is_retweet"), "FALSE") | {"coords_coords": "54.97 -1.61", "bbox_coords": "54.97"}
RTWEET |= {"place_full_name": "Tarlemere", "country": "Tarlemere", "geo_coords": "54.97"}
FILES = {
    "twarc v1": json_lines(v1_tweet(1, **V1, retweeted_status=v1_tweet(0, **V1, quoted_status=v1_tweet(2, **V1)))),
    "twarc v2": json_lines(v2_page([v2_tweet(1, **V2)], tweets=[v2_tweet(0, **V2)], places=[PLACE])),
    "flattened": json_lines(v2_tweet(1, **V2, author={"id": "502", "username": "omar"}, author_id="502")),
    "TAGS": csv_file(tags_row(1, geo_coordinates="54.97, -1.61"), columns=TAGS_COLUMNS),
    "rtweet": csv_file(RTWEET, columns=list(RTWEET)),
}


@pytest.mark.parametrize("name", FILES)
def test_no_place_of_a_tweet_is_kept(write, name):
    (tweet,), rejected = read(write(FILES[name]))

    kept = repr(tweet._replace(raw=b"")).encode() + tweet.raw
    assert rejected == []
    assert [sign for sign in (b"54.97", b"Tarlemere", b"5ca1ab1e", b'"geo"') if sign in kept] == []
    assert len(tweet.raw) > 100


@pytest.mark.parametrize("vocabulary", ["tweet", "post"])
def test_x_is_not_asked_for_places(vocabulary):
    asked = {name for names in x_asking.fields(vocabulary).values() for name in names.split(",")}

    assert {name for name in asked if "geo" in name or "place" in name} == set()


def test_what_a_person_says_of_themselves_in_their_profile_is_no_place_of_a_tweet(write):
    user = {**v1_tweet(1)["user"], "location": "Here and there"}

    (tweet,), _ = read(write(json_lines(v1_tweet(1, user=user))))

    assert b"Here and there" in tweet.raw
