"""Questions to a Bluesky service -> what it says, in the name of the account that asks.

A session is made with the app password once for each process, and renewed whenever the service says that it is over.
"""

from collections.abc import Sequence
from datetime import timedelta
from threading import Lock
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from chats.sources.answers import Answer
from chats.sources.base import SourceError
from chats.sources.files.values import line_of_text, mapping, string
from chats.sources.http import DEADLINE, Door

_MOST_BYTES = 8 * 2**20  # of a long thread
_UNSTATED_WAIT = timedelta(minutes=1)
_OVER = {"ExpiredToken", "InvalidToken"}
_LONGEST_QUOTE = 200


class Access(NamedTuple):
    """How to reach a service: its address, and the handle and app password of whoever asks, "" for a stranger.

    ``deadline`` is how long one answer may take.
    """

    api_url: str
    identifier: str = ""
    password: str = ""
    deadline: timedelta = DEADLINE

    def open(self) -> "Service":
        return Service(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.api_url!r}, {self.identifier!r})"


class _Session(NamedTuple):
    access: str
    refresh: str

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


_sessions: dict[Access, _Session] = {}
_lock = Lock()


class Service:
    """One conversation with a service."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self.name = urlsplit(access.api_url).netloc
        self._door = Door(
            access.api_url,
            trusted=True,
            deadline=access.deadline,
            most_bytes=_MOST_BYTES,
            secrets=(access.password,),
        )
        self._requests = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._door.close()

    def take_requests(self) -> int:
        """How many were made since this was last asked."""
        taken, self._requests = self._requests, 0
        return taken

    def ask(self, name: str, params: Sequence[tuple[str, str]], *, nothing: str = "") -> dict:
        """What ``app.bsky.<name>`` says; {} when it is the error ``nothing``.  Raises ``SourceError``."""
        session = self._session() if self._access.identifier else None
        answer = self._asked(name, params, session)
        if session and (answer.status == 401 or _error(answer) in _OVER):
            answer = self._asked(name, params, self._renewed(session))
        if nothing and _error(answer) == nothing:
            return {}
        return self._value(answer)

    def _asked(self, name: str, params: Sequence[tuple[str, str]], session: _Session | None) -> Answer:
        headers = _bearer(session.access) if session else None
        self._door.hide(*session or ())
        self._requests += 1
        return self._door.get(f"/xrpc/app.bsky.{name}", params, headers)

    def _session(self) -> _Session:
        with _lock:
            if self._access not in _sessions:
                _sessions[self._access] = self._made()
            return _sessions[self._access]

    def _renewed(self, over: _Session) -> _Session:
        """The session after one that is over, unless somebody else has renewed it already."""
        with _lock:
            session = _sessions.get(self._access, over)
            if session == over:
                self._door.hide(*over)
                answer = self._posted("refreshSession", headers=_bearer(over.refresh))
                is_over = answer.status == 401 or _error(answer) in _OVER
                session = self._made() if is_over else self._of(answer)
            _sessions[self._access] = session
            return session

    def _made(self) -> _Session:
        body = {"identifier": self._access.identifier, "password": self._access.password}
        answer = self._posted("createSession", body)
        if answer.status in (400, 401):
            said = f"Bluesky refuses the handle and app password of {self._access.identifier}: {_said(answer)}."
            raise SourceError(said, code="bluesky_login", permanent=True, is_refusal=True)
        return self._of(answer)

    def _posted(self, name: str, body: object = None, headers: dict[str, str] | None = None) -> Answer:
        self._requests += 1
        return self._door.post(f"/xrpc/com.atproto.server.{name}", body, headers)

    def _of(self, answer: Answer) -> _Session:
        said = self._value(answer)
        session = _Session(string(said.get("accessJwt")), string(said.get("refreshJwt")))
        if not session.access:
            raise SourceError(f"{self.name} gave no session.", code="bluesky_answer")
        return session

    def _value(self, answer: Answer) -> dict:
        answer.check_available()
        if answer.status == 429:
            wait = answer.retry_after or _UNSTATED_WAIT
            raise SourceError(
                f"{self.name} was asked too often.", code="bluesky_rate_limit", waiting=True, retry_after=wait
            )
        if answer.status in (401, 403):
            said = f"{self.name} answers nobody without an account, or not this one: {_said(answer)}."
            raise SourceError(said, code="bluesky_login", permanent=not self._access.identifier)
        if answer.status != 200:
            raise SourceError(f"{self.name} answered {answer.status}: {_said(answer)}.", code="bluesky_answer")
        value = answer.json()
        if not isinstance(value, dict):
            raise SourceError(f"{self.name} does not answer as Bluesky does.", code="bluesky_answer")
        return value


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _error(answer: Answer) -> str:
    """The name of what went wrong, "" when nothing did or it has none."""
    return "" if answer.status == 200 else string(_refusal(answer).get("error"))


def _said(answer: Answer) -> str:
    refusal = _refusal(answer)
    said = line_of_text(refusal.get("message")) or line_of_text(refusal.get("error")) or str(answer.status)
    return said[:_LONGEST_QUOTE].rstrip(".")


def _refusal(answer: Answer) -> dict:
    try:
        return mapping(answer.json())
    except SourceError:  # it came from whatever stands before the service
        return {}
