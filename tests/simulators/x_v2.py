"""A chat -> the lines twarc2 writes of a search: one whole answer of X's API 2 on each, newest tweets first."""

import json
from datetime import timedelta

from tests.simulators import x_texts

_RETRIEVED_AFTER = timedelta(hours=14)
_SHORT_RETWEET = 140


def to_twarc_v2(facts, page_size=100):
    """Lines of JSON in bytes, each ending in a newline."""
    seen = facts.public
    by_id = {tweet_id: said for said in seen for tweet_id in (said.id, *said.edits)}
    newest_first = seen[::-1]
    for start in range(0, len(newest_first), page_size):
        page = answer(newest_first[start : start + page_size], by_id)
        page["__twarc"] = {
            "url": "https://api.twitter.com/2/tweets/search/recent?query=%23" + facts.hashtags[0],
            "version": "2.14.1",
            "retrieved_at": (facts.ends_at + _RETRIEVED_AFTER).isoformat(),
        }
        yield json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def answer(tweets, by_id):
    """The API's answer that holds these tweets; ``by_id`` are all that X would show of what they refer to."""
    wanted = [reference["id"] for said in tweets for reference in _references(said)]
    originals = list({by_id[each].id: by_id[each] for each in wanted if each in by_id}.values())
    people = {person: None for said in [*tweets, *originals] for person in _people(said)}
    pictures = {said.picture: said for said in [*tweets, *originals] if said.picture and not said.retweet_of}
    includes = {
        "users": [user(person) for person in people],
        "tweets": [record(said) for said in originals],
        "media": [_medium(said) for said in pictures.values()],
    }
    page: dict[str, object] = {"data": [record(said) for said in tweets]}
    page["includes"] = {name: things for name, things in includes.items() if things}
    if missing := [_missing(each) for each in dict.fromkeys(wanted) if each not in by_id]:
        page["errors"] = missing
    page["meta"] = {"newest_id": tweets[0].id, "oldest_id": tweets[-1].id, "result_count": len(tweets)}
    return page


def record(said):
    """One tweet as the API gives it."""
    text = x_texts.escaped(_short(said))
    found = {
        "id": said.id,
        "text": text,
        "author_id": said.author.id,
        "conversation_id": said.conversation,
        "created_at": f"{said.at:%Y-%m-%dT%H:%M:%S}.000Z",
        "lang": said.lang,
        "possibly_sensitive": said.is_sensitive,
        "reply_settings": "everyone",
        "edit_history_tweet_ids": list(said.edits or (said.id,)),
        "public_metrics": {
            "retweet_count": said.reposts,
            "reply_count": said.replies,
            "like_count": said.likes,
            "quote_count": said.quotes,
        },
    }
    if entities := _entities(said, text):
        found["entities"] = entities
    if references := _references(said):
        found["referenced_tweets"] = references
    if said.picture and not said.retweet_of:
        found["attachments"] = {"media_keys": [_media_key(said)]}
    if x_texts.is_long(said):
        whole = x_texts.escaped(said.text)
        found["note_tweet"] = {"text": whole, "entities": _entities(said, whole)}
    return found


def user(person):
    return {
        "id": person.id,
        "username": person.handle,
        "name": person.name,
        "protected": person.is_protected,
        "public_metrics": {"followers_count": person.followers, "following_count": person.followers // 2 + 40},
    }


def _short(said):
    """What stands in ``text``: retweets are cut to the old room, long tweets to the present one."""
    if said.retweet_of:
        return x_texts.cut(said, _SHORT_RETWEET)
    return x_texts.cut(said, x_texts.ROOM - 3) if x_texts.is_long(said) else said.text


def _entities(said, text):
    tags = [{"start": start, "end": end, "tag": tag} for start, end, tag in x_texts.hashtags(text)]
    people = [
        {"start": start, "end": end, "username": person.handle, "id": person.id}
        for start, end, person in x_texts.mentions(text)
    ]
    links = [_url(said, *found) for found in x_texts.links(said, text)]
    return {name: each for name, each in (("hashtags", tags), ("mentions", people), ("urls", links)) if each}


def _url(said, start, end, link):
    found = {"start": start, "end": end, "url": link.short, "expanded_url": link.leads_to}
    if link == said.picture:
        return {**found, "display_url": "pic.x.com/" + link.short[-10:], "media_key": _media_key(said)}
    return {**found, "display_url": x_texts.shown(link.leads_to)}


def _media_key(said):
    return f"3_{link_number(said.picture)}"


def link_number(link):
    """A number for a picture, from the tweet it stands in."""
    return int(link.leads_to.split("/")[-3]) + 1


def _medium(said):
    return {"media_key": _media_key(said), "type": "photo", "alt_text": said.alt_text}


def _references(said):
    kinds = (("retweeted", said.retweet_of), ("quoted", said.quote_of), ("replied_to", said.reply_to))
    return [{"type": kind, "id": other} for kind, other in kinds if other]


def _people(said):
    return [said.author, *(person for _, _, person in x_texts.mentions(x_texts.escaped(said.text)))]


def _missing(tweet_id):
    return {
        "value": tweet_id,
        "detail": f"Sorry, you are not authorized to see the Post with referenced_tweets.id: [{tweet_id}].",
        "title": "Authorization Error",
        "resource_type": "tweet",
        "parameter": "referenced_tweets.id",
        "resource_id": tweet_id,
        "type": "https://api.twitter.com/2/problems/not-authorized-for-resource",
    }
