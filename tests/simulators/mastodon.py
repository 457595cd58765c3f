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
    view = View(facts)
    return [view.status(said) for said in facts.public[::-1]]


class View:
    """How one server shows a chat: ``host`` is its name, ``home`` says whose name everybody's address carries.

    ``local_id`` is the id that this server gave a tweet.
    """

    def __init__(self, facts, host=HOST, home=lambda person: HOST, local_id=lambda said: said.id):
        self._by_id = {tweet_id: said for said in facts.public for tweet_id in (said.id, *said.edits)}
        self._host = host
        self._home = home
        self._local_id = local_id

    def page(self, person):
        return f"https://{self._home(person)}/@{person.handle}"

    def uri(self, said):
        address = f"https://{self._home(said.author)}/users/{said.author.handle}/statuses/{said.id}"
        return address + ("/activity" if said.retweet_of else "")

    def status(self, said):
        original = self._by_id.get(said.retweet_of)
        quoted = self._by_id.get(said.quote_of)
        shown = original or said
        return {
            "id": self._local_id(said),
            "uri": self.uri(said),
            "url": None if original else f"{self.page(said.author)}/{said.id}",
            "created_at": _time(said.at),
            "edited_at": None,
            "content": "" if original else self._markup(said),
            "spoiler_text": "",
            "sensitive": said.is_sensitive,
            "visibility": "public",
            "language": said.lang,
            "in_reply_to_id": self._parent(said),
            "reblog": self.status(original) if original else None,
            "quote": {"state": "accepted", "quoted_status": self.status(quoted)} if quoted else None,
            "account": self._account(said.author),
            "mentions": [self._named(person) for _, _, person in x_texts.mentions(shown.text)],
            "tags": [{"name": tag.lower(), "url": self._tag(tag)} for _, _, tag in x_texts.hashtags(shown.text)],
            "media_attachments": [{"type": "image", "description": said.alt_text}]
            if said.picture and not original
            else [],
            "replies_count": said.replies,
            "reblogs_count": said.reposts,
            "favourites_count": said.likes,
            "quotes_count": said.quotes,
        }

    def _parent(self, said):
        parent = self._by_id.get(said.reply_to)
        return self._local_id(parent) if parent else said.reply_to or None

    def _account(self, person):
        return self._named(person) | {"display_name": person.name, "bot": False, "followers_count": person.followers}

    def _named(self, person):
        home = self._home(person)
        acct = person.handle if home == self._host else f"{person.handle}@{home}"
        return {"id": person.id, "username": person.handle, "acct": acct, "url": self.page(person)}

    def _tag(self, tag):
        return f"https://{self._host}/tags/{tag.lower()}"

    def _markup(self, said):
        """The text in paragraphs, with everything that is a link in it."""
        text, found = said.text, []
        found += [(start, end, self._hashtag(tag)) for start, end, tag in x_texts.hashtags(text)]
        found += [(start, end, self._person(who, text[start + 1 : end])) for start, end, who in x_texts.mentions(text)]
        found += [(start, end, _link(link.short)) for start, end, link in x_texts.links(said, text)]
        parts: list[str] = []
        done = 0
        for start, end, markup in sorted(found):
            parts += html.escape(text[done:start]), markup
            done = end
        whole = "".join([*parts, html.escape(text[done:])])
        return "<p>" + re.sub(r"\n\n", "</p><p>", whole).replace("\n", "<br />") + "</p>"

    def _hashtag(self, tag):
        return f'<a href="{self._tag(tag)}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'

    def _person(self, person, name):
        return (
            f'<span class="h-card" translate="no"><a href="{self.page(person)}" class="u-url mention">'
            f"@<span>{name}</span></a></span>"
        )


def _time(at):
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def _link(address):
    """Mastodon hides the ends of an address from readers."""
    scheme, rest = address.split("://")
    seen, more = rest[:30], rest[30:]
    kind = "ellipsis" if more else ""
    return (
        f'<a href="{address}" target="_blank" rel="nofollow noopener"><span class="invisible">{scheme}://</span>'
        f'<span class="{kind}">{seen}</span><span class="invisible">{more}</span></a>'
    )
