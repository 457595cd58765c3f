"""What answers a request -> a server on loopback, which fails at the requests that a script names.

A fault stands in the script under the number of the request that meets it, counted from 1.  It is a function of the
handler and of the sound answer, which it spoils.
"""

import json
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

JSON = "application/json; charset=utf-8"
HTML = b"<!DOCTYPE html><html><head><title>We're sorry</title></head><body><h1>Back soon</h1></body></html>"


class Asked(NamedTuple):
    """One request.  ``params`` are of its query, in their order; ``body`` is what its JSON or form said, or None."""

    method: str
    path: str
    params: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: Any = None

    def param(self, name, default=""):
        return next((value for key, value in self.params if key == name), default)

    def every(self, name):
        return [value for key, value in self.params if key == name]

    @property
    def bearer(self):
        return self.headers.get("Authorization", "").removeprefix("Bearer ")


class Said(NamedTuple):
    """What a server answers; ``body`` is anything that JSON can say, or bytes of a type that ``headers`` names."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = {}


class Loopback:
    """Serves ``answer`` from within a ``with``; ``asked`` are the requests so far, those that failed included."""

    def __init__(
        self,
        answer: Callable[[Asked], Said],
        faults: Mapping[int, Callable] | None = None,
        listener: socket.socket | None = None,
    ):
        self.answer = answer
        self.faults = dict(faults or {})
        self.asked: list[Asked] = []
        self.is_over = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler, bind_and_activate=listener is None)
        if listener:
            self._server.socket.close()
            self._server.socket = listener
            self._server.server_port = listener.getsockname()[1]
        self._server.daemon_threads = True
        self._server.loopback = self
        self._lock = threading.Lock()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self._server.shutdown()
        self._server.server_close()

    def count(self, asked):
        """The number of this request."""
        with self._lock:
            self.asked.append(asked)
            return len(self.asked)


class _Server(ThreadingHTTPServer):
    loopback: Loopback


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60

    def _serve(self):
        loopback = self.server.loopback  # type: ignore[attr-defined]
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        params = tuple(parse_qsl(parts.query, keep_blank_values=True))
        is_form = self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")
        said = dict(parse_qsl(body.decode())) if is_form else json.loads(body) if body else None
        asked = Asked(self.command, parts.path, params, dict(self.headers.items()), said)
        fault = loopback.faults.get(loopback.count(asked))
        if fault:
            fault(self, lambda: loopback.answer(asked))
        else:
            self.send(loopback.answer(asked))

    do_GET = do_POST = _serve  # noqa: N815, the names that the standard library calls

    def send(self, said):
        body = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
        self.send_bytes(body, said.status, {"Content-Type": JSON, **said.headers})

    def send_bytes(self, body, status=200, headers=None, *, length=None):
        """``length`` is what is promised instead of what comes."""
        self.send_response_only(status)
        for name, value in {"Date": self.date_time_string(), **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.close_connection or length is not None

    def break_off(self):
        """Reset the connection."""
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def log_message(self, *_):
        """Nothing: tests look at ``asked``."""


def out_of_order(handler, answer, status=503):
    """An error in HTML, from whatever stands before the server."""
    handler.send_bytes(HTML, status, {"Content-Type": "text/html"})


def missing_page(handler, answer):
    """There is no such thing, says whatever stands where the server was."""
    out_of_order(handler, answer, 404)


def broken(handler, answer):
    handler.send(Said({"error": "Internal Server Error"}, 500))


def page_of_html(handler, answer):
    """HTML where JSON should be, and all is said to be well."""
    handler.send_bytes(HTML, 200, {"Content-Type": "text/html; charset=utf-8"})


def cut(handler, answer):
    """The first half of the JSON, said to be all."""
    body = json.dumps(answer().body).encode()
    handler.send_bytes(body[: len(body) // 2], 200, {"Content-Type": JSON})


def ended_early(handler, answer):
    """A connection closed in the middle of an answer."""
    body = json.dumps(answer().body).encode()
    handler.send_bytes(body[: len(body) // 2], 200, {"Content-Type": JSON}, length=len(body))


def reset(handler, answer):
    """A connection reset before a word is said."""
    handler.break_off()


def hung(handler, answer):
    """No answer for as long as the server lives."""
    handler.server.loopback.is_over.wait(60)
    handler.break_off()
