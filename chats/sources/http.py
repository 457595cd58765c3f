"""A network's address -> its answer, bounded in time and size.  The one door through which anything is fetched.

An answer may come late, drop by drop, without end, packed a thousandfold, cut short or from somebody else: the door
lets in only what is whole, small and from the host that was asked.  What an answer means is for its reader to say.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Self
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from chats.sources import heartbeat
from chats.sources.answers import Answer
from chats.sources.base import SourceError
from chats.sources.wires import Adapter, Wires

DEADLINE = timedelta(seconds=30)  # for a whole answer, from the look-up of the name to the last byte
MOST_BYTES = 2 * 2**20  # unpacked
USER_AGENT = "wecops-portal (archive of tweet chats)"
_MOST_REDIRECTS = 3
_REDIRECTS = {301, 302, 303, 307, 308}
_OK = 200
_UNPACKED = {"Accept-Encoding": "identity"}  # what is packed comes in pieces, and late
_PIECE = 2**16
_BLOT = "…"
_SHORTEST_SECRET = 10  # a shorter one may be a word that people say
_PORTS = {"http": 80, "https": 443}

Parameters = Sequence[tuple[str, str]] | Mapping[str, str]


class Door:
    """Asks one host, over connections that are kept.  For one thread at a time.

    ``base`` is the host's address.  ``trusted`` means that the operator wrote it: it may then lie in a private network
    and do without TLS.  Nothing is taken from the environment (no proxy, no .netrc) and no cookie is kept.
    ``secrets``, and the token that ``headers`` carry, are blotted out where the host repeats them; but not in the good
    answer to a POST, which may hand over the next one.
    """

    def __init__(
        self,
        base: str,
        *,
        headers: Mapping[str, str] | None = None,
        trusted: bool = False,
        deadline: timedelta = DEADLINE,
        most_bytes: int = MOST_BYTES,
        secrets: Collection[str] = (),
    ) -> None:
        self._base = _split(base)
        if not trusted and self._base.scheme != "https":
            raise SourceError(f"{base} is not a safe address: https is needed.", code="address_refused", permanent=True)
        self._deadline = deadline
        self._most_bytes = most_bytes
        token = (headers or {}).get("Authorization", "").removeprefix("Bearer ")
        self._secrets: set[str] = set()
        self.hide(token, *secrets)
        self._wires = Wires(trusted=trusted)
        self._session = _Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "gzip", **(headers or {})})
        for scheme in _PORTS:
            self._session.mount(f"{scheme}://", Adapter(self._wires))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._session.close()
        self._wires.let_go()

    def hide(self, *secrets: str) -> None:
        """Blot these out, too, from now on."""
        self._secrets |= {each for each in secrets if len(each) >= _SHORTEST_SECRET}

    def get(self, path: str, params: Parameters | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to a path or to a whole address on the same host, whatever its status.

        Raises ``SourceError`` when none comes, or none that may be let in.
        """
        url = _joined(self._base.geturl(), path)
        heartbeat.beat()
        with self._wires.cut_after(self._deadline):
            for _ in range(_MOST_REDIRECTS + 1):
                answer = self._ask("GET", url, params=params, headers=headers)
                if answer.status not in _REDIRECTS or "Location" not in answer.headers:
                    return answer
                url, params = _joined(url, answer.headers["Location"]), None
        raise SourceError(f"{self._base.netloc} leads from page to page.", code="redirected")

    def post(self, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to a value sent as JSON, or to nothing sent.  Raises as ``get`` does; follows no redirect."""
        data = None if body is None else json.dumps(body).encode()
        named = {} if body is None else {"Content-Type": "application/json"}
        url = _joined(self._base.geturl(), path)
        heartbeat.beat()
        with self._wires.cut_after(self._deadline):
            return self._ask("POST", url, data=data, headers={**named, **(headers or {})})

    @contextmanager
    def listening(self, path: str, params: Parameters, *, lasts: timedelta) -> Iterator[tuple[Answer, Iterator[bytes]]]:
        """An answer that does not end, as the lines of it that come within ``lasts``: then it is hung up on.

        An answer that is not good has a body, and no lines.  Empty lines say that the host is still there.  Raises
        ``SourceError`` where the host hangs up first, or says a line that is longer than an answer may be.
        """
        url = _joined(self._base.geturl(), path)
        heartbeat.beat()
        with self._wires.cut_after(lasts), self._opened("GET", url, params=params, headers=_UNPACKED) as response:
            headers = _blotted(response, self._secrets)
            if response.status_code == _OK:
                yield Answer(url, _OK, headers, b""), self._lines(response)
            else:
                yield Answer(url, response.status_code, headers, self._body(response, self._secrets)), iter(())

    def _lines(self, response: requests.Response) -> Iterator[bytes]:
        held = b""
        while not self._wires.are_cut:
            try:
                piece = response.raw.read1(_PIECE)
            except (HTTPError, HTTPException, OSError, ValueError) as error:
                if self._wires.are_cut:
                    return
                raise self._broken(error) from error
            if not piece and not self._wires.are_cut:
                raise SourceError(f"{self._base.netloc} hung up.", code="hung_up", waiting=True)
            heartbeat.beat()
            *lines, held = (held + piece).split(b"\n")
            for line in lines:
                for secret in self._secrets:
                    line = line.replace(secret.encode(), _BLOT.encode())  # noqa: PLW2901
                yield line.strip()
            if len(held) > self._most_bytes:
                raise self._too_large()

    @contextmanager
    def _opened(self, method: str, url: str, **what: Any) -> Iterator[requests.Response]:
        try:
            response = self._session.request(
                method, url, stream=True, allow_redirects=False, timeout=self._deadline.total_seconds(), **what
            )
        except (requests.RequestException, HTTPError, HTTPException, OSError, ValueError) as error:
            raise self._broken(error) from error
        with response:
            yield response

    def _ask(self, method: str, url: str, **what: Any) -> Answer:
        asked = _split(url)
        if _origin(asked) != _origin(self._base):
            said = f"{self._base.netloc} leads to {asked.netloc}, which was not asked."
            raise SourceError(said, code="redirected")
        try:
            with self._session.request(
                method, url, stream=True, allow_redirects=False, timeout=self._deadline.total_seconds(), **what
            ) as response:
                hands_over = method == "POST" and response.status_code == _OK
                secrets = set() if hands_over else self._secrets
                headers = _blotted(response, secrets)
                answer = Answer(url, response.status_code, headers, self._body(response, secrets))
        except (requests.RequestException, HTTPError, HTTPException, OSError, ValueError) as error:
            raise self._broken(error) from error
        if self._wires.are_cut:  # a body without a stated length then seems to have ended
            raise self._late()
        return answer

    def _body(self, response: requests.Response, secrets: Collection[str]) -> bytes:
        body = bytearray()
        while piece := response.raw.read(_PIECE, decode_content=True):
            body += piece
            if len(body) > self._most_bytes:
                raise self._too_large()
        for secret in secrets:
            body = body.replace(secret.encode(), _BLOT.encode())
        return bytes(body)

    def _too_large(self) -> SourceError:
        return SourceError(f"{self._base.netloc} answered with more than {self._most_bytes:,} bytes.", code="too_large")

    def _broken(self, error: Exception) -> SourceError:
        if self._wires.are_cut or isinstance(error, requests.Timeout):
            return self._late()
        said = f"{self._base.netloc} cannot be reached, or broke off: {type(error).__name__}."
        return SourceError(said, code="unreachable", waiting=True)

    def _late(self) -> SourceError:
        said = f"{self._base.netloc} did not answer within {self._deadline.total_seconds():g} seconds."
        return SourceError(said, code="too_slow", waiting=True)


def _blotted(response: requests.Response, secrets: Collection[str]) -> Mapping[str, str]:
    """What stands above the body."""
    for secret in secrets:
        for name, value in list(response.headers.items()):
            if secret in value:
                response.headers[name] = value.replace(secret, _BLOT)
    return response.headers


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        if parts.scheme in _PORTS and parts.hostname and parts.port != 0 and not parts.username:
            return parts
    except ValueError:
        pass
    raise _no_address(url)


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        raise _no_address(address) from None


def _no_address(url: str) -> SourceError:
    return SourceError(f"{url[:200]} is no address that can be asked.", code="address_refused", permanent=True)


def _origin(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere: even when told to follow no redirect, the library would read the whole body of one."""
