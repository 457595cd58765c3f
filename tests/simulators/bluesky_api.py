"""A chat -> Bluesky's service over loopback: sessions that end soon, a search whose cursor drifts, threads with holes.

Search sorts by the earlier of what a client states and what the service saw; its cursor is a place in the results of
the moment, it shows some pages short, and it goes no deeper than ``reach`` places.
"""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.simulators import bluesky, x_texts
from tests.simulators.dice import Dice
from tests.simulators.loopback import Loopback, Said

MOST, USUAL, MOST_NAMED = 100, 25, 25
_TRIMMED = 3  # posts of every page
_HIDDEN_EVERY = 17  # one person of so many asks not to be shown to strangers
_STATED_LATE = timedelta(hours=3)
_numbers = itertools.count()  # a session is kept by address and name, and a port comes round again


@dataclass(eq=False)
class Sky:
    """``lifetime`` is how many requests a session's token is good for, ``refreshes`` how often it can be renewed.

    ``now`` is the moment that it is, by the ``clock`` where there is one; None when everything has been said.
    ``gone`` and ``blocked`` are ids of tweets: deleted, and kept from the account that asks.
    """

    facts: Any
    identifier: str = field(default_factory=lambda: f"archive-{next(_numbers)}.sky.example")
    password: str = "abcd-efgh-ijkl-mnop"
    lifetime: int = 1_000_000
    refreshes: int = 1_000_000
    reach: int = 300
    is_open: bool = False
    faults: dict = field(default_factory=dict)
    gone: set = field(default_factory=set)
    blocked: set = field(default_factory=set)
    now: datetime | None = None
    clock: Any = None

    def __post_init__(self):
        public = self.facts.public
        self._by_id = {tweet_id: said for said in public for tweet_id in (said.id, *said.edits)}
        self._by_uri = {bluesky.uri(said): said for said in public if not said.retweet_of}
        self._below: dict[str, list] = {}
        for said in public:
            if said.reply_to in self._by_id:
                self._below.setdefault(self._by_id[said.reply_to].id, []).append(said)
        self._tokens: dict[str, int] = {}  # token -> how often it is good yet
        self._made = 0
        self.sessions = 0  # made with the password
        self.loopback = Loopback(self._answer, self.faults)
        self._posts = {said.id: self._post(said) for said in self._by_uri.values()}

    def __enter__(self):
        self.loopback.__enter__()
        return self

    def __exit__(self, *_):
        self.loopback.__exit__()

    @property
    def url(self):
        return self.loopback.url

    @property
    def asked(self):
        return self.loopback.asked

    def is_hidden(self, person):
        return int(person.id) % _HIDDEN_EVERY == 0

    def tagged(self):
        """Everything that stands under the hashtag and may be shown to strangers."""
        return [said for said in self._by_uri.values() if self._is_tagged(said) and not self.is_hidden(said.author)]

    def below(self, said):
        """All replies to it, and to those."""
        every = [reply for reply in self._below.get(said.id, ()) if not reply.retweet_of]
        return every + [deeper for reply in every for deeper in self.below(reply)]

    def sorted_at(self, said):
        """Where search puts a post."""
        post, seen = self._posts[said.id], self._seen(said)
        record = post["record"] if isinstance(post["record"], dict) else {}
        return min(_moment(record.get("createdAt")) or seen, seen)

    def _seen(self, said):
        return _moment(self._posts[said.id]["indexedAt"]) or said.at

    def change(self, said, **changes):
        """Let a post be otherwise than it should; of its record only what is named, where that is an object."""
        post = self._posts[said.id]
        if isinstance(changes.get("record"), dict):
            changes["record"] = post["record"] | changes["record"]
        post |= changes

    def _is_tagged(self, said):
        wanted = {tag.casefold() for tag in self.facts.hashtags}
        return any(tag.casefold() in wanted for _, _, tag in x_texts.hashtags(said.text))

    def _post(self, said):
        """Clients state their times in many ways, and some of them any time they like."""
        post, dice = bluesky.post(said, self._by_id), Dice("stated", said.id)
        chance = dice.share()
        stated = post["record"]["createdAt"]
        if chance < 0.1:
            stated = (said.at - timedelta(hours=4)).strftime("%Y-%m-%dT%H:%M:%S.%f-04:00")
        elif chance < 0.2:
            stated = said.at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
        elif chance < 0.25:
            stated = (said.at + _STATED_LATE).strftime("%Y-%m-%dT%H:%M:%SZ")
        post["record"]["createdAt"] = stated
        if self.is_hidden(said.author):
            post["author"]["labels"] = [{"src": post["author"]["did"], "val": "!no-unauthenticated"}]
        return post

    def _answer(self, asked):
        name = asked.path.removeprefix("/xrpc/")
        if name == "com.atproto.server.createSession":
            return self._create(asked)
        if name == "com.atproto.server.refreshSession":
            return self._refresh(asked)
        refused = None if self.is_open else self._refused(asked.bearer)
        if refused:
            return refused
        answers = {
            "app.bsky.feed.searchPosts": self._search,
            "app.bsky.feed.getPostThread": self._thread,
            "app.bsky.feed.getPosts": self._named,
        }
        return answers[name](asked) if name in answers else _error(501, "MethodNotImplemented")

    def _create(self, asked):
        if asked.body != {"identifier": self.identifier, "password": self.password}:
            return _error(401, "AuthenticationRequired", "Invalid identifier or password")
        self.sessions += 1
        return self._session(self.refreshes)

    def _refresh(self, asked):
        left = self._tokens.pop(asked.bearer, 0)
        if not asked.bearer.startswith("refresh") or left < 1:
            return _error(400, "ExpiredToken", "Token has expired")
        return self._session(left - 1)

    def _session(self, refreshes):
        self._made += 1
        access, refresh = f"access-token-{self._made:06}", f"refresh-token-{self._made:06}"
        self._tokens |= {access: self.lifetime, refresh: refreshes}
        return Said({"accessJwt": access, "refreshJwt": refresh, "handle": self.identifier, "did": "did:plc:archive"})

    def _refused(self, token):
        if not token.startswith("access"):
            return _error(401, "AuthMissing", "Authentication Required")
        if self._tokens.get(token, 0) < 1:
            return _error(400, "ExpiredToken", "Token has expired")
        self._tokens[token] -= 1
        return None

    def _is_there(self, said):
        if said.id in self.gone:
            return False
        now, gone_at = self.clock.now() if self.clock else self.now, said.truth.deleted_at
        return now is None or (self._seen(said) <= now and not (gone_at and gone_at <= now))

    def _is_shown(self, said):
        return self._is_there(said) and said.id not in self.blocked

    def _search(self, asked):
        limit, place = int(asked.param("limit", USUAL)), int(asked.param("cursor", "0"))
        if not asked.param("q") or not 1 <= limit <= MOST:
            return _error(400, "InvalidRequest", "Error: Params must have the property q")
        since, until = (_moment(asked.param(name)) for name in ("since", "until"))
        wanted = asked.param("q").casefold()
        found = [
            (self.sorted_at(said), said.id)
            for said in self._by_uri.values()
            if self._is_there(said) and wanted in (f"#{tag}".casefold() for _, _, tag in x_texts.hashtags(said.text))
        ]
        found = [each for each in found if (not since or each[0] >= since) and (not until or each[0] < until)]
        posts = [self._posts[tweet_id] for _, tweet_id in sorted(found, reverse=True)]
        end = place + max(1, limit - _TRIMMED)
        more = {"cursor": str(end)} if end < min(len(posts), self.reach) else {}
        return Said({"posts": posts[place:end], "hitsTotal": len(posts)} | more)

    def _named(self, asked):
        named = asked.every("uris")
        if not 1 <= len(named) <= MOST_NAMED:
            return _error(400, "InvalidRequest", "uris must not have more than 25 elements")
        found = [self._by_uri.get(uri) for uri in named]
        return Said({"posts": [self._posts[said.id] for said in found if said and self._is_shown(said)]})

    def _thread(self, asked):
        said = self._by_uri.get(asked.param("uri"))
        if said is None or not self._is_there(said):
            return _error(400, "NotFound", f"Post not found: {asked.param('uri')}")
        return Said({"thread": self._node(said, int(asked.param("depth", "6")))})

    def _node(self, said, depth):
        uri = bluesky.uri(said)
        if not self._is_there(said):
            return {"$type": "app.bsky.feed.defs#notFoundPost", "uri": uri, "notFound": True}
        if said.id in self.blocked:
            return {"$type": "app.bsky.feed.defs#blockedPost", "uri": uri, "blocked": True, "author": {"did": "x"}}
        replies = [self._node(each, depth - 1) for each in self._below.get(said.id, ())] if depth else []
        return {"$type": "app.bsky.feed.defs#threadViewPost", "post": self._posts[said.id], "replies": replies}


def _moment(stated):
    try:
        found = datetime.fromisoformat(stated)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _error(status, name, message=""):
    return Said({"error": name, "message": message}, status)


def too_many(seconds=30):
    """The fault of having asked too often."""
    said = Said({"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, 429, {"Retry-After": str(seconds)})
    return lambda handler, answer: handler.send(said)


def expired(handler, answer):
    """A session that ends between two requests, whatever was said of it."""
    handler.send(_error(400, "ExpiredToken", "Token has expired"))
