"""A chat -> the lines twarc wrote of X's API 1.1: one tweet on each, newest first."""

import json

from tests.simulators import x_texts
from tests.simulators.x_v2 import link_number

_SHORT_RETWEET = 140
_TIME = "%a %b %d %H:%M:%S +0000 %Y"


def to_twarc_v1(facts):
    """Lines of JSON in bytes, each ending in a newline."""
    by_id = {tweet_id: said for said in facts.public for tweet_id in (said.id, *said.edits)}
    for said in facts.public[::-1]:
        yield json.dumps(status(said, by_id), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def status(said, by_id):
    """One tweet as the API gave it, with the tweet it quotes or passes on inside."""
    text = x_texts.escaped(x_texts.cut(said, _SHORT_RETWEET) if said.retweet_of else said.text)
    parent = by_id.get(said.reply_to)
    found = {
        "created_at": said.at.strftime(_TIME),
        "id": int(said.id),
        "id_str": said.id,
        "full_text": text,
        "truncated": False,
        "entities": entities(said, text),
        "in_reply_to_status_id_str": said.reply_to or None,
        "in_reply_to_user_id_str": parent.author.id if parent else None,
        "in_reply_to_screen_name": parent.author.handle if parent else None,
        "user": _user(said.author),
        "is_quote_status": bool(said.quote_of),
        "retweet_count": said.reposts,
        "favorite_count": said.likes,
        "possibly_sensitive": said.is_sensitive,
        "lang": said.lang,
    }
    if said.picture:
        found["extended_entities"] = {"media": [_medium(said, *place) for place in _pictures(said, text)]}
    if said.quote_of:
        found["quoted_status_id_str"] = said.quote_of
        found["quoted_status"] = status(by_id[said.quote_of], by_id)
    if said.retweet_of:
        found["retweeted_status"] = status(by_id[said.retweet_of], by_id)
    return found


def entities(said, text):
    """What X found in an escaped text, in the shape of its first interface."""
    links = [place for place in x_texts.links(said, text) if place[2] != said.picture]
    return {
        "hashtags": [{"text": tag, "indices": [start, end]} for start, end, tag in x_texts.hashtags(text)],
        "symbols": [],
        "user_mentions": [
            {"screen_name": person.handle, "name": person.name, "id_str": person.id, "indices": [start, end]}
            for start, end, person in x_texts.mentions(text)
        ],
        "urls": [
            {
                "url": link.short,
                "expanded_url": link.leads_to,
                "display_url": x_texts.shown(link.leads_to),
                "indices": [start, end],
            }
            for start, end, link in links
        ],
    }


def _user(person):
    return {
        "id": int(person.id),
        "id_str": person.id,
        "name": person.name,
        "screen_name": person.handle,
        "followers_count": person.followers,
        "protected": person.is_protected,
    }


def _pictures(said, text):
    return [place for place in x_texts.links(said, text) if place[2] == said.picture]


def _medium(said, start, end, link):
    return {
        "id_str": str(link_number(link)),
        "type": "photo",
        "url": link.short,
        "display_url": "pic.twitter.com/" + link.short[-10:],
        "expanded_url": link.leads_to,
        "ext_alt_text": said.alt_text,
        "indices": [start, end],
    }
