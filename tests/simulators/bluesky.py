"""A chat -> a feed as Bluesky's API answers it: posts newest first, reposts with the reason why they are there."""

import json
from datetime import timedelta

from tests.simulators import x_texts

HOST = "sky.example"
_SEEN_AFTER = timedelta(milliseconds=700)


def to_bluesky(facts):
    """One answer with all of them."""
    yield json.dumps({"feed": feed(facts), "cursor": "100"}, ensure_ascii=False, indent=1).encode()


def to_bluesky_lines(facts):
    """Without reposts, a post on every line."""
    for entry in feed(facts):
        if "reason" not in entry:
            yield json.dumps(entry["post"], ensure_ascii=False).encode() + b"\n"


def feed(facts):
    by_id = {tweet_id: said for said in facts.public for tweet_id in (said.id, *said.edits)}
    return [_entry(said, by_id) for said in facts.public[::-1]]


def did(person):
    return f"did:plc:{person.id}"


def uri(said):
    return f"at://{did(said.author)}/app.bsky.feed.post/{said.id}"


def repost_uri(said):
    return f"at://{did(said.author)}/app.bsky.feed.repost/{said.id}"


def handle(person):
    return f"{person.handle.replace('_', '-')}.{HOST}"


def post(said, by_id):
    return {
        "uri": uri(said),
        "cid": "bafy" + said.id,
        "author": _author(said.author),
        "record": _record(said, by_id),
        "replyCount": said.replies,
        "repostCount": said.reposts,
        "likeCount": said.likes,
        "quoteCount": said.quotes,
        "indexedAt": _time(said.at + _SEEN_AFTER),
        "labels": [{"val": "graphic-media"}] if said.is_sensitive else [],
    }


def _entry(said, by_id):
    if not said.retweet_of:
        return {"post": post(said, by_id)}
    reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": _author(said.author), "indexedAt": _time(said.at)}
    return {"post": post(by_id[said.retweet_of], by_id), "reason": reason | {"uri": repost_uri(said)}}


def _author(person):
    return {"did": did(person), "handle": handle(person), "displayName": person.name, "labels": []}


def _time(at):
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def _record(said, by_id):
    record = {
        "$type": "app.bsky.feed.post",
        "text": said.text,
        "createdAt": _time(said.at),
        "langs": [said.lang],
        "facets": _facets(said),
    }
    if said.reply_to in by_id:
        root = by_id.get(said.conversation, by_id[said.reply_to])
        record["reply"] = {"root": _strong(root), "parent": _strong(by_id[said.reply_to])}
    if embed := _embed(said, by_id):
        record["embed"] = embed
    return record


def _strong(said):
    """How records name one another."""
    return {"uri": uri(said), "cid": f"bafy{said.id}"}


def _embed(said, by_id):
    images = {"$type": "app.bsky.embed.images", "images": [{"alt": said.alt_text}]} if said.picture else {}
    if not said.quote_of:
        return images
    quoted = {"$type": "app.bsky.embed.record", "record": _strong(by_id[said.quote_of])}
    return {"$type": "app.bsky.embed.recordWithMedia", "media": images, "record": quoted} if images else quoted


def _facets(said):
    found = [(*place[:2], {"$type": "#tag", "tag": place[2]}) for place in x_texts.hashtags(said.text)]
    found += [(*place[:2], {"$type": "#mention", "did": did(place[2])}) for place in x_texts.mentions(said.text)]
    found += [(*place[:2], {"$type": "#link", "uri": place[2].leads_to}) for place in x_texts.links(said, said.text)]
    return [
        {"index": {"byteStart": _bytes(said.text[:start]), "byteEnd": _bytes(said.text[:end])}, "features": [feature]}
        for start, end, feature in found
    ]


def _bytes(text):
    return len(text.encode())
