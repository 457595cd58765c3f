"""A chat -> a Google sheet that TAGS filled, saved as CSV."""

import csv
import io
import json

from tests.simulators import x_texts
from tests.simulators.x_v1 import entities

COLUMNS = [
    "id_str",
    "from_user",
    "text",
    "created_at",
    "time",
    "geo_coordinates",
    "user_lang",
    "in_reply_to_user_id_str",
    "in_reply_to_screen_name",
    "from_user_id_str",
    "in_reply_to_status_id_str",
    "source",
    "profile_image_url",
    "user_followers_count",
    "user_friends_count",
    "user_location",
    "status_url",
    "entities_str",
]
_SHORT_RETWEET = 140


def to_tags(facts, *, whole_minutes=False):
    """The sheet's bytes, header first, a line at a time.  ``whole_minutes`` leaves the only time without seconds."""
    by_id = {tweet_id: said for said in facts.public for tweet_id in (said.id, *said.edits)}
    yield _line(COLUMNS)
    for said in facts.public[::-1]:
        row = _row(said, by_id, whole_minutes=whole_minutes)
        yield _line([row.get(column, "") for column in COLUMNS])


def _row(said, by_id, *, whole_minutes):
    text = x_texts.escaped(x_texts.cut(said, _SHORT_RETWEET) if said.retweet_of else said.text)
    parent = by_id.get(said.reply_to)
    return {
        "id_str": f"{float(said.id):.14E}",
        "from_user": said.author.handle,
        "text": text,
        "created_at": "" if whole_minutes else said.at.strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "time": said.at.strftime("%d/%m/%Y %H:%M" if whole_minutes else "%d/%m/%Y %H:%M:%S"),
        "from_user_id_str": said.author.id,
        "in_reply_to_status_id_str": said.reply_to,
        "in_reply_to_screen_name": parent.author.handle if parent else "",
        "user_followers_count": said.author.followers,
        "status_url": f"http://twitter.com/{said.author.handle}/statuses/{said.id}",
        "entities_str": json.dumps(entities(said, text)),
    }


def _line(cells):
    sheet = io.StringIO(newline="")
    csv.writer(sheet).writerow(cells)
    return sheet.getvalue().encode()
