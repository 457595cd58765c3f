"""Invented tweets in the shapes that X's two interfaces and TAGS gave them; ids carry their time."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

START = datetime(2021, 3, 4, 20, 0, tzinfo=UTC)
X_FIRST_MILLISECOND = 1288834974657
PEOPLE = {"nell": "501", "omar": "502", "ruth": "503", "sam": "504", "tess": "505"}
POST_WORDS = {
    "tweets": "posts",
    "edit_history_tweet_ids": "edit_history_post_ids",
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
    "retweet_count": "repost_count",
    "tweet_count": "post_count",
}
TAGS_COLUMNS = [
    "id_str", "from_user", "text", "created_at", "time", "geo_coordinates", "user_lang", "in_reply_to_user_id_str",
    "in_reply_to_screen_name", "from_user_id_str", "in_reply_to_status_id_str", "source", "profile_image_url",
    "user_followers_count", "user_friends_count", "user_location", "status_url", "entities_str",
]  # fmt: skip


def moment(n):
    """When tweet ``n`` was written: one every 20.123 seconds."""
    return START + timedelta(milliseconds=20_123 * n)


def tweet_id(n):
    return str((int(moment(n).timestamp() * 1000) - X_FIRST_MILLISECOND << 22) + n)


def handle(n):
    return list(PEOPLE)[n % len(PEOPLE)]


def text(n):
    return f"A{n}: ask & listen 👂 #WeInvent, says @nell https://t.co/abc{n:07}"


def _escaped(n):
    return text(n).replace("&", "&amp;")


def _range(n, part):
    start = _escaped(n).index(part)
    return start, start + len(part)


def v1_tweet(n, **changes):
    (tag, mention, link) = (list(_range(n, part)) for part in ("#WeInvent", "@nell", f"https://t.co/abc{n:07}"))
    return {
        "created_at": moment(n).strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "id": int(tweet_id(n)),
        "id_str": tweet_id(n),
        "text": _escaped(n),
        "truncated": False,
        "entities": {
            "hashtags": [{"text": "WeInvent", "indices": tag}],
            "symbols": [],
            "user_mentions": [{"screen_name": "nell", "name": "Nell", "id_str": "501", "indices": mention}],
            "urls": [
                {
                    "url": f"https://t.co/abc{n:07}",
                    "expanded_url": f"https://example.org/{n}",
                    "display_url": f"example.org/{n}",
                    "indices": link,
                }
            ],
        },
        "user": v1_user(handle(n)),
        "in_reply_to_status_id_str": tweet_id(n - 1) if n % 3 == 2 else None,
        "favorite_count": n,
        "retweet_count": 0,
        "lang": "en",
    } | changes


def v1_user(name):
    return {
        "id": int(PEOPLE[name]),
        "id_str": PEOPLE[name],
        "screen_name": name,
        "name": name.title(),
        "followers_count": 100,
    }


def v2_tweet(n, **changes):
    ((tag, tag_end), (mention, mention_end), (link, link_end)) = (
        _range(n, part) for part in ("#WeInvent", "@nell", f"https://t.co/abc{n:07}")
    )
    return {
        "id": tweet_id(n),
        "text": _escaped(n),
        "author_id": PEOPLE[handle(n)],
        "conversation_id": tweet_id(n),
        "created_at": moment(n).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "lang": "en",
        "possibly_sensitive": False,
        "edit_history_tweet_ids": [tweet_id(n)],
        "public_metrics": {"retweet_count": 0, "reply_count": 1, "like_count": n, "quote_count": 0},
        "entities": {
            "hashtags": [{"start": tag, "end": tag_end, "tag": "WeInvent"}],
            "mentions": [{"start": mention, "end": mention_end, "username": "nell", "id": "501"}],
            "urls": [
                {
                    "start": link,
                    "end": link_end,
                    "url": f"https://t.co/abc{n:07}",
                    "expanded_url": f"https://example.org/{n}",
                    "display_url": f"example.org/{n}",
                }
            ],
        },
        "referenced_tweets": [{"type": "replied_to", "id": tweet_id(n - 1)}],
    } | changes


def v2_user(name):
    return {"id": PEOPLE[name], "username": name, "name": name.title(), "public_metrics": {"followers_count": 100}}


def v2_page(data, /, **includes):
    users = [v2_user(name) for name in PEOPLE]
    return {"data": data, "includes": {"users": users, **includes}, "meta": {"result_count": len(data)}}


def in_post_words(value, words=POST_WORDS):
    """The same answer in the words of 2026, or with some of them: "post" where X said "tweet"."""
    if isinstance(value, list):
        return [in_post_words(item, words) for item in value]
    if isinstance(value, dict):
        return {words.get(name, name): in_post_words(item, words) for name, item in value.items()}
    return value


def tags_row(n, **changes):
    row = dict.fromkeys(TAGS_COLUMNS, "")
    row |= {
        "id_str": f"{float(tweet_id(n)):.14E}",
        "from_user": handle(n),
        "text": _escaped(n).replace(": ", ":\n") if n % 4 == 1 else _escaped(n),
        "created_at": moment(n).strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "time": moment(n).strftime("%d/%m/%Y %H:%M:%S"),
        "from_user_id_str": PEOPLE[handle(n)],
        "user_followers_count": "100",
        "status_url": f"http://twitter.com/{handle(n)}/statuses/{tweet_id(n)}",
        "entities_str": json.dumps(v1_tweet(n)["entities"]),
    }
    return row | changes


def json_lines(*records):
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def csv_file(*rows, columns=TAGS_COLUMNS, **style):
    """The bytes of a sheet; a row may be text, which stands there as it is."""
    sheet = io.StringIO(newline="")
    writer = csv.DictWriter(sheet, columns, **style)
    writer.writeheader()
    for row in rows:
        if isinstance(row, str):
            sheet.write(row)
        else:
            writer.writerow(row)
    return sheet.getvalue().encode()
