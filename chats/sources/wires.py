"""A host's name -> connections to it that can be cut off, and only to where it is safe to connect.  For ``http``."""

import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from chats.sources.base import SourceError

# What a gateway translates (NAT64), and the form that came before it.
_CARRIERS = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96"))


class Wires:
    """The sockets of a door, which it can cut from another thread however deep a library waits in them."""

    def __init__(self, *, trusted: bool) -> None:
        self._trusted = trusted
        self._ends = 0.0
        self._open: set[socket.socket] = set()
        self._dropped: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.are_cut = False

    @contextmanager
    def cut_after(self, deadline: timedelta) -> Iterator[None]:
        self._ends, self.are_cut = monotonic() + deadline.total_seconds(), False
        timer = threading.Timer(deadline.total_seconds(), self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            self.let_go()

    def let_go(self) -> None:
        """Close the handles of connections that are closed."""
        with self._lock:
            for wire in self._dropped:
                wire.close()
            self._open -= self._dropped
            self._dropped.clear()

    def _cut(self) -> None:
        with self._lock:
            self.are_cut = True
            for wire in self._open:
                _shut(wire)

    @property
    def _left(self) -> float:
        if self._ends <= monotonic():
            raise TimeoutError
        return self._ends - monotonic()

    def connected(self, host: str, port: int) -> tuple[socket.socket, socket.socket]:
        """A new connection, and a second handle on its wire: TLS takes the first one away."""
        failed: OSError = OSError("It has no address.")
        for family, kind, protocol, _, address in self._addresses(host, port):
            if not self._trusted and not _is_public(address[0]):
                said = f"{host} lies in a private network."
                raise SourceError(said, code="address_refused", permanent=True)
            sock = socket.socket(family, kind, protocol)
            wire = self._taken(sock.dup())
            try:
                sock.settimeout(self._left)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.connect(address)
            except OSError as error:
                failed = error
                sock.close()
                self.drop(wire)
            else:
                return sock, wire
        raise failed

    def _addresses(self, host: str, port: int) -> list[tuple]:
        """A name server that does not answer cannot be cut off; it is left behind."""
        found: list[tuple] = []
        look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        thread = threading.Thread(target=lambda: found.extend(_or_nothing(look_up)), daemon=True)
        thread.start()
        thread.join(self._left)
        return list(found)

    def _taken(self, wire: socket.socket) -> socket.socket:
        with self._lock:
            self._open.add(wire)
            if self.are_cut:
                _shut(wire)
        return wire

    def drop(self, wire: socket.socket) -> None:
        """Its connection is closed; but an answer may still be read from it, so it is let go of when that is over."""
        with self._lock:
            self._dropped.add(wire)


def _or_nothing(look_up: partial[list[tuple]]) -> list[tuple]:
    try:
        return look_up()
    except (OSError, UnicodeError):
        return []


def _shut(wire: socket.socket) -> None:
    with suppress(OSError):  # the other end was faster
        wire.shutdown(socket.SHUT_RDWR)


def _is_public(address: str) -> bool:
    """Whether it is one host's on the open net.  One that carries an address of before is as public as that."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        in_its_end = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if any(ip in each for each in _CARRIERS) else None
        carried = ip.ipv4_mapped or ip.sixtofour or in_its_end
        if ip.is_site_local or (carried and not _is_public(str(carried))):
            return False
        ip = ip.ipv4_mapped or ip
    return ip.is_global and not ip.is_multicast


class _Guarded(HTTPConnection):
    """A connection whose wire is known to its door."""

    wires: Wires
    _wire: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        self._drop_wire()
        sock, self._wire = self.wires.connected(self._dns_host, self.port)
        return sock

    def close(self) -> None:
        super().close()
        self._drop_wire()

    def _drop_wire(self) -> None:
        if self._wire:
            self.wires.drop(self._wire)
        self._wire = None


class _GuardedTLS(_Guarded, HTTPSConnection):
    pass


class Adapter(HTTPAdapter):
    """Makes every connection of a session a guarded one."""

    def __init__(self, wires: Wires) -> None:
        self._wires = wires
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self._manager: PoolManager = self.poolmanager
        guarded = {"wires": self._wires}
        self._manager.pool_classes_by_scheme = {
            "http": type("Pool", (HTTPConnectionPool,), {"ConnectionCls": type("Wire", (_Guarded,), guarded)}),
            "https": type("Pool", (HTTPSConnectionPool,), {"ConnectionCls": type("Wire", (_GuardedTLS,), guarded)}),
        }

    def close(self) -> None:
        """At once: the library leaves open connections to whoever collects the garbage."""
        for key in self._manager.pools.keys():  # noqa: SIM118, not a dict
            self._manager.pools[key].close()
        super().close()
