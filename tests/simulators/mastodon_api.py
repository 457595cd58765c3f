"""A chat -> the Mastodon servers that federate it, each with its own people, ids and delays, over loopback.

    fediverse = Fediverse(facts, {"social.example": {}, "far.example": {"is_closed": True}})

A tweet lives on its author's server and reaches the others later, a few of them much later.  Nobody's ids say anything
about anybody else's.
"""

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime

from tests.simulators import x_texts
from tests.simulators.dice import Dice
from tests.simulators.loopback import Loopback, Said
from tests.simulators.mastodon import View
from tests.simulators.settling import FIRST_MILLISECOND

MOST, USUAL = 40, 20
MOST_NAMED = 20  # ids of one question for several
_LOW_BITS = 22
_API = "/api/v1"
_SOON, _SOONEST, _LATE = 20.0, 0.2, 1500.0  # seconds until a tweet is on another server
_LATE_SHARE = 0.02
_NOT_FOUND = Said({"error": "Record not found"}, 404)


@dataclass(eq=False)
class Server:
    """One server.  ``token`` opens it where it is closed; ``refuses`` says so with an error instead of an empty list.

    ``hides`` keeps single statuses from strangers, too.  ``is_backdating`` gives what comes late an id among those of
    its time.  ``changes`` are what a test wants to be otherwise in the status of a tweet, by the id of that.
    """

    host: str
    is_closed: bool = False
    refuses: bool = False
    is_down: bool = False
    token: str = "an-access-token"
    changes: dict = field(default_factory=dict)
    lacks_batch: bool = False
    is_backdating: bool = False
    hides: bool = False
    loopback: Loopback = None


class Fediverse:
    """``now`` is the moment that it is for all of them, by the ``clock`` where there is one.

    It is None when everything has been said.
    """

    def __init__(self, facts, servers, *, seed=1, faults=None, clock=None):
        self.facts = facts
        self.now: datetime | None = None
        self._clock = clock
        self.gone: set[str] = set()  # ids of tweets that were deleted
        self.hosts = list(servers)
        self.by_id = {tweet_id: said for said in facts.public for tweet_id in (said.id, *said.edits)}
        self.tagged_ids = {said.id for said in facts.public if not said.retweet_of and self._is_tagged(said)}
        self.servers = {host: Server(host, **traits) for host, traits in servers.items()}
        self._shelves = {
            host: _Shelf(self, server, Dice("fediverse", seed, host)) for host, server in self.servers.items()
        }
        for host, server in self.servers.items():
            server.loopback = Loopback(self._shelves[host].answer, (faults or {}).get(host))

    def __enter__(self):
        for server in self.servers.values():
            server.loopback.__enter__()
        return self

    def __exit__(self, *_):
        for server in self.servers.values():
            server.loopback.__exit__()

    @property
    def urls(self):
        return [server.loopback.url for server in self.servers.values()]

    @property
    def requests(self):
        return sum(len(server.loopback.asked) for server in self.servers.values())

    def home(self, person):
        """Whoever lives on which server never changes, however many there are of either."""
        return self.hosts[int(person.id) % len(self.hosts)]

    def uri(self, said):
        return View(self.facts, home=self.home).uri(said)

    def tagged(self):
        """Everything that stands under the hashtag."""
        return [said for said in self.facts.public if said.id in self.tagged_ids]

    def _is_tagged(self, said):
        wanted = {tag.casefold() for tag in self.facts.hashtags}
        return any(tag.casefold() in wanted for _, _, tag in x_texts.hashtags(said.text))

    def below(self, said):
        """All replies to it, and to those."""
        replies = [each for each in self.facts.public if each.reply_to and self.by_id.get(each.reply_to) is said]
        return [*replies, *(deeper for reply in replies for deeper in self.below(reply))]

    def is_there(self, said, seen_at):
        """Whether it has been said, has come, and is not deleted."""
        if said.id in self.gone:
            return False
        now, gone_at = self._clock.now() if self._clock else self.now, said.truth.deleted_at
        return now is None or (seen_at <= now and not (gone_at and gone_at <= now))


class _Shelf:
    """What one server holds, in the order in which it came."""

    def __init__(self, fediverse, server, dice):
        self._fediverse = fediverse
        self._server = server
        self._ids, self._held = {}, {}
        for said in fediverse.facts.public:
            is_own = fediverse.home(said.author) == server.host
            seen_at = said.at if is_own else said.at + _delay(dice)
            local = said.id if is_own else _id(said.at if server.is_backdating else seen_at, dice)
            self._ids[said.id], self._held[local] = local, (seen_at, said)
        self._view = View(fediverse.facts, server.host, fediverse.home, lambda said: self._ids[said.id])

    def answer(self, asked):
        server = self._server
        if server.is_down:
            return Said({"error": "Remote connection failed"}, 503)
        if asked.path == "/api/v2/instance":
            return self._headed(Said(self._instance()))
        if asked.path.startswith(f"{_API}/timelines/tag/"):
            return self._headed(self._timeline(asked))
        if asked.path.startswith(f"{_API}/statuses"):
            return self._headed(self._statuses(asked))
        return _NOT_FOUND

    def _headed(self, said):
        limit = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "291"}
        return said._replace(headers={**limit, **said.headers})

    def _instance(self):
        access = "authenticated" if self._server.is_closed else "public"
        feeds = {"local": access, "remote": access}
        return {
            "domain": self._server.host,
            "version": "4.6.4",
            "configuration": {"timelines_access": {"live_feeds": feeds, "hashtag_feeds": feeds}},
        }

    def _timeline(self, asked):
        if self._server.is_closed and asked.bearer != self._server.token:
            said = {"error": "This method requires an authenticated user"}
            return Said(said, 401) if self._server.refuses else Said([])
        tag = asked.path.rpartition("/")[2].casefold()
        if tag not in {each.casefold() for each in self._fediverse.facts.hashtags}:
            return _NOT_FOUND
        shown = self._listed(self._fediverse.tagged_ids)
        page = _page(shown, asked)
        return Said([self._status(local) for local in page], headers=self._links(asked, page))

    def _listed(self, wanted):
        """Ids, newest first, which is not the order of their text."""
        there = [local for local, (_, said) in self._held.items() if said.id in wanted and self._has(local)]
        return sorted(there, key=int, reverse=True)

    def _links(self, asked, page):
        if not page:
            return {}
        kept = "".join(f"{key}={value}&" for key, value in asked.params if key not in ("max_id", "min_id", "since_id"))
        base = f"{self._server.loopback.url}{asked.path}?{kept}"
        return {"Link": f'<{base}max_id={page[-1]}>; rel="next", <{base}min_id={page[0]}>; rel="prev"'}

    def _status(self, local):
        said = self._held[local][1]
        return self._view.status(said) | self._server.changes.get(said.id, {})

    def _statuses(self, asked):
        if self._server.hides and asked.bearer != self._server.token:
            return Said({"error": "This method requires an authenticated user"}, 401)
        rest = asked.path.removeprefix(f"{_API}/statuses").strip("/")
        if not rest:
            if self._server.lacks_batch:
                return _NOT_FOUND
            named = asked.every("id[]")[:MOST_NAMED]
            return Said([self._status(local) for local in named if self._has(local)])
        local, _, what = rest.partition("/")
        if not self._has(local):
            return _NOT_FOUND
        return Said(self._context(local)) if what == "context" else Said(self._status(local))

    def _has(self, local):
        seen_at, said = self._held.get(local, (None, None))
        return said is not None and self._fediverse.is_there(said, seen_at)

    def _context(self, local):
        below = {said.id for said in self._fediverse.below(self._held[local][1])}
        return {"ancestors": [], "descendants": [self._status(each) for each in self._listed(below)[::-1]]}


def _id(moment, dice):
    """As X makes its ids, which those of a server's own people are here; no two are alike by any likelihood."""
    return str(((moment - FIRST_MILLISECOND) // timedelta(milliseconds=1) << _LOW_BITS) + dice.below(2**_LOW_BITS))


def _delay(dice):
    most = _LATE if dice.chance(_LATE_SHARE) else _SOON
    return timedelta(milliseconds=int(1000 * dice.between(_SOONEST, most)))


def _page(shown, asked):
    """Of ids, newest first, those that were asked for: next above ``min_id``, newest above ``since_id``."""
    limit = min(int(asked.param("limit", USUAL)), MOST)
    if newest := asked.param("max_id"):
        shown = shown[_place(shown, newest) + (newest in shown) :]
    if bound := asked.param("min_id") or asked.param("since_id"):
        above = shown[: _place(shown, bound)]
        return above[-limit:] if asked.param("min_id") else above[:limit]
    return shown[:limit]


def _place(shown, local):
    """Where an id stands, or would stand."""
    return bisect_left([-int(each) for each in shown], -int(local))


def too_many(now):
    """The fault of having asked too often, over five minutes from ``now``."""
    until = f"{now + timedelta(minutes=5):%Y-%m-%dT%H:%M:%S.%fZ}"
    headers = {"Date": format_datetime(now, usegmt=True), "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": until}
    return lambda handler, answer: handler.send(Said({"error": "Too many requests"}, 429, headers))
