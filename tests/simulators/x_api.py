"""An invented chat -> X's API 2 over loopback, by a clock of its own: strict, metered, and faulty by script."""

import json
import re
import socket
import sys
import threading
import time
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qs, urlsplit

from tests.simulators import x_answers, x_finding
from tests.simulators.facts import Facts, Said
from tests.simulators.faulty import RESET
from tests.simulators.x_checks import complaints, time_of
from tests.simulators.x_exchange import Reply, Request
from tests.simulators.x_grammar import parsed
from tests.simulators.x_prices import Ledger
from tests.simulators.x_stream import Stream

WINDOW = timedelta(minutes=15)
LIMITS = {"recent": 450, "all": 300, "counts": 300, "lookup": 3500, "user": 900, "users": 300}


class Clock:
    """Time as X sees it: ``scale`` seconds of it pass in each real one, none at 0."""

    def __init__(self, starts_at: datetime, scale: float = 0) -> None:
        self._starts_at, self._scale, self._real = starts_at, scale, time.monotonic()

    def now(self) -> datetime:
        return self._starts_at + timedelta(seconds=(time.monotonic() - self._real) * self._scale)

    def advance(self, span: timedelta) -> None:
        self._starts_at += span


@dataclass
class XApi:
    """The chat as X tells it.  ``faults`` change what it says; ``late`` holds back a tweet for longer than others.

    ``horizon`` is how far behind the clock a search without an end stays; ``owner`` the handle of whose app asks.
    """

    facts: Facts
    clock: Clock
    vocabulary: str = "tweet"
    token: str = "simulated"
    listener: socket.socket | None = None
    faults: list = field(default_factory=list)
    late: dict[str, timedelta] = field(default_factory=dict)
    suspended: set[str] = field(default_factory=set)
    withheld: set[str] = field(default_factory=set)
    limits: dict[str, int] = field(default_factory=lambda: dict(LIMITS))
    horizon: timedelta = x_finding.HORIZON
    owner: str = ""
    stream: Stream = field(default_factory=Stream)

    def __post_init__(self) -> None:
        self.ledger = Ledger()
        self.requests: list[Request] = []
        self.stopping = threading.Event()
        self.tokens: dict[str, tuple[str, int, int]] = {}
        self._used: dict[tuple[str, int], int] = defaultdict(int)
        self._matching: dict[str, tuple[list[int], list[Said]]] = {}
        self._shown = sorted([*self.facts.public, *_first_versions(self.facts.public)], key=lambda said: int(said.id))
        self._by_id = {each: said for said in self.facts.public for each in (said.id, *said.edits)}
        self._last_second: dict[str, int] = {}
        self.lock = threading.Lock()

    def __enter__(self) -> Self:
        self._server = _Server(self.listener or _listening(), type("Handler", (_Handler,), {"api": self}))
        self._server.broken = []
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        for error in self._server.broken:
            raise error

    @property
    def seen(self) -> list[Said]:
        """All that a stranger can see now, oldest first."""
        return self.matching("")

    def matching(self, query: str) -> list[Said]:
        """Those of them that a query finds; all for ""."""
        return [*self.between(query, 0, 2**63)][::-1]

    def between(self, query: str, above: int, below: int) -> Iterator[Said]:
        """The same, newest first, with ids that lie between two."""
        if query not in self._matching:
            matches = parsed(query) if query else bool
            found = [said for said in self._shown if matches(said)]
            self._matching[query] = [int(said.id) for said in found], found
        ids, found = self._matching[query]
        now = self.clock.now()
        for n in range(bisect_left(ids, below) - 1, bisect_right(ids, above) - 1, -1):
            if self._is_seen(found[n], now):
                yield found[n]

    def find(self, tweet_id: str) -> Said | None:
        """What a stranger can see now under any of its ids."""
        said = self._by_id.get(tweet_id)
        return said if said and self._is_seen(said, self.clock.now()) else None

    def _is_seen(self, said: Said, now: datetime) -> bool:
        shown_at = said.at + self.late.get(said.id, timedelta())
        deleted_at = said.truth.deleted_at
        return shown_at <= now and not (deleted_at and deleted_at <= now) and said.author.handle not in self.suspended

    def answer(self, path: str, query: str, bearer: str) -> Reply:
        """One request at a time: a real X is larger."""
        with self.lock:
            return self._answer(path, query, bearer)

    def _answer(self, path: str, query: str, bearer: str) -> Reply:
        now = self.clock.now()
        if bearer != f"Bearer {self.token}":
            return Reply(401, x_answers.plain(401, "Unauthorized"))
        if path == "/2/tweets/search/stream/rules":
            return Reply(200, self.stream.rules_told(), ())
        if path == "/2/tweets/search/stream":
            return self.stream.refused()
        kind, reach, user_id = _route(path)
        if not kind:
            return Reply(404, x_answers.plain(404, "Not Found"))
        params = parse_qs(query, keep_blank_values=True)
        request = Request(kind, {name: values[0] for name, values in params.items()})
        request.page = 1 + sum(each.kind == kind for each in self.requests)
        self.requests.append(request)
        words = "post" if self.vocabulary == "post" else "tweet"
        if wrong := list(complaints(kind, reach, params, words, now)):
            return Reply(400, x_answers.invalid(wrong))
        limit = reach if kind == "search" else kind
        reply = self._limited(limit, now) or self._spoilt(request, reach, user_id, now)
        if reply.headers is None:
            reply = reply._replace(headers=self.limit_headers(limit, now))
        return reply

    def _spoilt(self, request: Request, reach: str, user_id: str, now: datetime) -> Reply:
        """What is found, after all faults had their way; what is handed out is paid for."""
        reply = self._found(request, reach, user_id)
        for fault in self.faults:
            reply = fault.after(self, request, reply)
        if reply.status != 200 or not isinstance(reply.body, dict):
            return reply
        if request.kind == "counts":
            self.ledger.counts += 1
        else:
            owned = {person.id for person in self.facts.people if person.handle == self.owner}
            body = {"includes": {"users": reply.body.get("data", [])}} if request.kind == "users" else reply.body
            self.ledger.charge(now.date(), body, is_owned=user_id in owned)
        return reply if self.vocabulary == "tweet" else reply._replace(body=x_answers.in_post_words(reply.body))

    def _limited(self, limit: str, now: datetime) -> Reply | None:
        """A quarter of an hour has so many requests; the archive also has but one a second, which no header tells."""
        window = (limit, int(now.timestamp() // WINDOW.total_seconds()))
        is_hasty = limit == "all" and self._last_second.get(limit) == int(now.timestamp())
        self._last_second[limit] = int(now.timestamp())
        if self._used[window] >= self.limits[limit] or is_hasty:
            return Reply(429, x_answers.plain(429, "Too Many Requests"))
        self._used[window] += 1
        return None

    def limit_headers(self, limit: str, now: datetime) -> tuple[tuple[str, str], ...]:
        number = int(now.timestamp() // WINDOW.total_seconds())
        return (
            ("x-rate-limit-limit", str(self.limits[limit])),
            ("x-rate-limit-remaining", str(max(0, self.limits[limit] - self._used[limit, number]))),
            ("x-rate-limit-reset", str(int((number + 1) * WINDOW.total_seconds()))),
        )

    def _found(self, request: Request, reach: str, user_id: str) -> Reply:
        if request.kind == "search":
            return x_finding.page(self, request, reach, request.params["query"])
        if request.kind == "user":
            return self._timeline(request, reach, user_id)
        find = {"counts": x_finding.counts, "lookup": x_finding.looked_up, "users": x_finding.users}[request.kind]
        return Reply(200, find(self, request.params))

    def _timeline(self, request: Request, reach: str, user_id: str) -> Reply:
        person = next((person for person in self.facts.people if person.id == user_id), None)
        if person is None:
            return Reply(404, {"errors": [x_answers.not_found(user_id, "id")]})
        return x_finding.page(self, request, "user", f"{'@' if reach == 'mentions' else 'from:'}{person.handle}")


def _first_versions(tweets: Iterable[Said]) -> Iterator[Said]:
    """What edited tweets were before: other words under another id, until they were edited."""
    for said in tweets:
        for first in said.edits[:-1]:
            truth = replace(said.truth, deleted_at=said.at)
            yield replace(said, id=first, at=time_of(int(first)), text=f"{said.text} ...", edits=(), truth=truth)


_ROUTES = (
    (re.compile(r"/2/tweets/search/(recent|all)"), "search"),
    (re.compile(r"/2/tweets/counts/(recent|all)"), "counts"),
    (re.compile(r"/2/tweets()"), "lookup"),
    (re.compile(r"/2/users/by()"), "users"),
    (re.compile(r"/2/users/(?P<id>[0-9]+)/(?P<reach>tweets|mentions)"), "user"),
)


def _listening() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def _route(path: str) -> tuple[str, str, str]:
    """Kind of request, how far back it reaches, whose it is."""
    for route, kind in _ROUTES:
        if found := route.fullmatch(path):
            return kind, found.groupdict().get("reach") or found[1], found.groupdict().get("id", "")
    return "", "", ""


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    broken: list[BaseException]

    def __init__(self, listener: socket.socket, handler: type) -> None:
        super().__init__(listener.getsockname(), handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener

    def handle_error(self, *_: object) -> None:
        """Whoever hangs up has a reason; a fault of the simulator itself is kept, and raised at its end."""
        error = sys.exception()
        if error and not isinstance(error, ConnectionError):
            self.broken.append(error)


class _Handler(BaseHTTPRequestHandler):
    api: XApi
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        data = json.dumps(self.api.stream.change_rules(body)).encode()
        self.send_response(201)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/2/tweets/search/stream" and self.api.stream.tell(self, parts.query):
            return
        reply = self.api.answer(parts.path, parts.query, self.headers.get("Authorization", ""))
        if reply.delay and self.api.stopping.wait(reply.delay):
            return
        data = reply.data
        how_much, how = reply.cut or (None, "")
        if how_much is None or how_much >= 0:
            self.send_response(reply.status)
            for name, value in (("Content-Type", reply.content_type), *(reply.headers or ())):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data) if reply.length is None else reply.length))
            self.end_headers()
            self.wfile.write(data[:how_much])
        if how:
            self.close_connection = True
            if how == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                self.connection.close()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """X's clock, not this machine's."""
        return format_datetime(self.api.clock.now().replace(microsecond=0), usegmt=True)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""
