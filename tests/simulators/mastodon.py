"""A chat -> the timeline of a hashtag as a Mastodon server answers it: a list of statuses, newest first."""

import html
import json
import re

from tests.simulators import x_texts

HOST = "social.example"


def to_mastodon(facts):
    """One list of all."""
    yield json.dumps(timeline(facts), ensure_ascii=False).encode()


def to_mastodon_lines(facts):
    """A status on every line."""
    for status_ in timeline(facts):
        yield json.dumps(status_).encode() + b"\n"


def timeline(facts):
    by_id = {tweet_id: said for said in facts.public for tweet_id in (said.id, *said.edits)}
    return [status(said, by_id) for said in facts.public[::-1]]


def page(person):
    return f"https://{HOST}/@{person.handle}"


def uri(said):
    return f"https://{HOST}/users/{said.author.handle}/statuses/{said.id}"


def status(said, by_id):
    original = by_id.get(said.retweet_of)
    shown = original or said
    return {
        "id": said.id,
        "uri": uri(said) + ("/activity" if original else ""),
        "url": None if original else f"{page(said.author)}/{said.id}",
        "created_at": f"{said.at:%Y-%m-%dT%H:%M:%S}.{said.at.microsecond // 1000:03}Z",
        "edited_at": None,
        "content": "" if original else _markup(said),
        "spoiler_text": "",
        "sensitive": said.is_sensitive,
        "visibility": "public",
        "language": said.lang,
        "in_reply_to_id": by_id[said.reply_to].id if said.reply_to in by_id else said.reply_to or None,
        "reblog": status(original, by_id) if original else None,
        "quote": {"state": "accepted", "quoted_status": status(by_id[said.quote_of], by_id)} if said.quote_of else None,
        "account": _account(said.author),
        "mentions": [_mention(person) for _, _, person in x_texts.mentions(shown.text)],
        "tags": [{"name": tag.lower(), "url": _tag(tag)} for _, _, tag in x_texts.hashtags(shown.text)],
        "media_attachments": [{"type": "image", "description": said.alt_text}] if said.picture and not original else [],
        "replies_count": said.replies,
        "reblogs_count": said.reposts,
        "favourites_count": said.likes,
        "quotes_count": said.quotes,
    }


def _account(person):
    return {
        "id": person.id,
        "username": person.handle,
        "acct": person.handle,
        "display_name": person.name,
        "url": page(person),
        "followers_count": person.followers,
    }


def _mention(person):
    return {"id": person.id, "username": person.handle, "acct": person.handle, "url": page(person)}


def _tag(tag):
    return f"https://{HOST}/tags/{tag.lower()}"


def _markup(said):
    """The text in paragraphs, with everything that is a link in it."""
    text, found = said.text, []
    found += [(start, end, _hashtag(tag)) for start, end, tag in x_texts.hashtags(text)]
    found += [(start, end, _person(person, text[start + 1 : end])) for start, end, person in x_texts.mentions(text)]
    found += [(start, end, _link(link.short)) for start, end, link in x_texts.links(said, text)]
    parts: list[str] = []
    done = 0
    for start, end, markup in sorted(found):
        parts += html.escape(text[done:start]), markup
        done = end
    whole = "".join([*parts, html.escape(text[done:])])
    return "<p>" + re.sub(r"\n\n", "</p><p>", whole).replace("\n", "<br />") + "</p>"


def _hashtag(tag):
    return f'<a href="{_tag(tag)}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'


def _person(person, name):
    return (
        f'<span class="h-card" translate="no"><a href="{page(person)}" class="u-url mention">'
        f"@<span>{name}</span></a></span>"
    )


def _link(address):
    """Mastodon hides the ends of an address from readers."""
    scheme, rest = address.split("://")
    seen, more = rest[:30], rest[30:]
    kind = "ellipsis" if more else ""
    return (
        f'<a href="{address}" target="_blank" rel="nofollow noopener"><span class="invisible">{scheme}://</span>'
        f'<span class="{kind}">{seen}</span><span class="invisible">{more}</span></a>'
    )
