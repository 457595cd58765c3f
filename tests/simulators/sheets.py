"""A chat -> the spreadsheets that tools made of X's answers: json2csv, twarc2's csv, rtweet, and a workbook."""

import csv
import io
import json
from datetime import datetime

import openpyxl

from tests.simulators import x_v2
from tests.simulators.x_v1 import status

# As json2csv wrote them in 2015: one misspelt, one twice.
JSON2CSV = [
    "coordinates", "created_at", "hashtags", "media", "urls", "favorite_count", "id", "in_reply_to_screen_name",
    "in_reply_to_status_id", "in_reply_to_user_id", "lang", "place", "possibly_sensitive", "retweet_count",
    "reweet_id", "retweet_screen_name", "source", "text", "tweet_url", "user_created_at", "user_screen_name",
    "user_description", "user_followers_count", "user_name", "user_screen_name", "user_verified",
]  # fmt: skip
TWARC2 = [
    "id", "conversation_id", "referenced_tweets.replied_to.id", "referenced_tweets.retweeted.id",
    "referenced_tweets.quoted.id", "author_id", "retweeted_username", "created_at", "text", "lang",
    "public_metrics.reply_count", "public_metrics.retweet_count", "public_metrics.quote_count",
    "public_metrics.like_count", "edit_history_tweet_ids", "possibly_sensitive", "entities.hashtags",
    "entities.mentions", "entities.urls", "attachments.media", "author.id", "author.username", "author.name",
    "author.public_metrics.followers_count", "__twarc.version", "",
]  # fmt: skip
RTWEET = [
    "user_id", "status_id", "created_at", "screen_name", "text", "source", "reply_to_status_id", "is_quote",
    "is_retweet", "favorite_count", "retweet_count", "quote_count", "reply_count", "hashtags", "urls_t.co",
    "urls_expanded_url", "media_t.co", "media_expanded_url", "lang", "quoted_status_id", "retweet_status_id",
    "retweet_text", "retweet_screen_name", "status_url", "name", "followers_count",
]  # fmt: skip


def to_json2csv(facts):
    yield from _csv(JSON2CSV, _json2csv_rows(facts))


def to_twarc2_csv(facts):
    yield from _csv(TWARC2, _twarc2_rows(facts))


def to_rtweet(facts):
    """As R wrote it on a Macintosh: a byte order mark, and CR at the end of each row."""
    yield "\ufeff".encode()
    yield from _csv(RTWEET, _rtweet_rows(facts), lineterminator="\r")


def to_workbook(facts):
    """json2csv's sheet in a workbook: long ids cut, times as dates, numbers as numbers."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Tweets")
    sheet.append(JSON2CSV)
    for row in _json2csv_rows(facts):
        cells = row | {
            "id": float(row["id"]),
            "created_at": datetime.strptime(row["created_at"], "%a %b %d %H:%M:%S %z %Y").replace(tzinfo=None),
            "user_followers_count": int(row["user_followers_count"]),
        }
        sheet.append([cells.get(name) or None for name in JSON2CSV])
    content = io.BytesIO()
    book.save(content)
    yield content.getvalue()


def _csv(columns, rows, **style):
    for cells in [columns, *([row.get(name, "") for name in columns] for row in rows)]:
        sheet = io.StringIO(newline="")
        csv.writer(sheet, **style).writerow(["" if cell is None else cell for cell in cells])
        yield sheet.getvalue().encode()


def _seen(facts):
    return {tweet_id: said for said in facts.public for tweet_id in (said.id, *said.edits)}


def _json2csv_rows(facts):
    by_id = _seen(facts)
    for said in facts.public[::-1]:
        record = status(said, by_id)
        yield record | {
            "id": record["id_str"],
            "text": record["full_text"],
            "hashtags": " ".join(tag["text"] for tag in record["entities"]["hashtags"]),
            "urls": " ".join(link["expanded_url"] for link in record["entities"]["urls"]),
            "media": said.picture.leads_to if said.picture and said.picture.short in record["full_text"] else "",
            "in_reply_to_status_id": said.reply_to,
            "reweet_id": said.retweet_of,
            "retweet_screen_name": by_id[said.retweet_of].author.handle if said.retweet_of else "",
            "tweet_url": f"https://twitter.com/{said.author.handle}/status/{said.id}",
            "user_screen_name": said.author.handle,
            "user_name": said.author.name,
            "user_followers_count": str(said.author.followers),
        }


def _twarc2_rows(facts):
    by_id = _seen(facts)
    for said in facts.public[::-1]:
        original = by_id[said.retweet_of] if said.retweet_of else said
        record, shown = x_v2.record(said), x_v2.record(original)
        entities = shown.get("entities", {})
        text = shown.get("note_tweet", shown)["text"]
        metrics = shown["public_metrics"]
        yield record | {
            "referenced_tweets.replied_to.id": said.reply_to,
            "referenced_tweets.retweeted.id": said.retweet_of,
            "referenced_tweets.quoted.id": said.quote_of,
            "retweeted_username": original.author.handle if said.retweet_of else "",
            "text": text.replace("\r", "").replace("\n", "\\n"),
            **{f"public_metrics.{name}": metrics[name] for name in metrics},
            "edit_history_tweet_ids": json.dumps(record["edit_history_tweet_ids"]),
            "entities.hashtags": json.dumps(["#" + tag["tag"] for tag in entities.get("hashtags", [])]),
            "entities.urls": json.dumps([_end(link) for link in entities.get("urls", [])]),
            "attachments.media": json.dumps([{"alt_text": original.alt_text}]) if original.picture else "",
            "author.id": said.author.id,
            "author.username": said.author.handle,
            "author.name": said.author.name,
            "author.public_metrics.followers_count": said.author.followers,
        }


def _end(link):
    return link["display_url"] if "media_key" in link else link["expanded_url"]


def _rtweet_rows(facts):
    by_id = _seen(facts)
    for said in facts.public[::-1]:
        record = status(said, by_id)
        original = by_id.get(said.retweet_of)
        yield record | {
            "user_id": "x" + said.author.id,
            "status_id": "x" + said.id,
            "created_at": said.at.strftime("%Y-%m-%d %H:%M:%S UTC"),
            "screen_name": said.author.handle,
            "text": record["full_text"],
            "reply_to_status_id": "x" + said.reply_to if said.reply_to else "NA",
            "is_quote": str(bool(said.quote_of)).upper(),
            "is_retweet": str(bool(original)).upper(),
            "reply_count": said.replies,
            "quote_count": said.quotes,
            "hashtags": " ".join(tag["text"] for tag in record["entities"]["hashtags"]) or "NA",
            "urls_t.co": " ".join(link.short for link in said.links) or "NA",
            "urls_expanded_url": " ".join(link.leads_to for link in said.links) or "NA",
            "media_t.co": said.picture.short if said.picture else "NA",
            "media_expanded_url": said.picture.leads_to if said.picture else "NA",
            "quoted_status_id": said.quote_of or "NA",
            "retweet_status_id": said.retweet_of or "NA",
            "retweet_text": status(original, by_id)["full_text"] if original else "NA",
            "retweet_screen_name": original.author.handle if original else "NA",
            "status_url": f"https://twitter.com/{said.author.handle}/status/{said.id}",
            "name": said.author.name,
            "followers_count": said.author.followers,
        }
