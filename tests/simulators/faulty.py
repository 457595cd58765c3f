"""Scripts of bytes, waits and cuts -> a server that plays them over loopback: what no proper HTTP server would say."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from chats.sources.http import Door

RESET = struct.pack("ii", 1, 0)  # linger for no time: closing then resets
_LONGEST_HEAD = 2**16
_TLS = b"\x16\x03"  # how somebody begins who wants to speak in secret


class Wire(NamedTuple):
    """One connection, after its request was read."""

    sock: socket.socket
    request: bytes
    stopping: threading.Event

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def drip(self, data: bytes, every: float) -> None:
        """One byte at a time, for as long as somebody listens."""
        for n in range(len(data)):
            if self.stopping.wait(every):
                return
            self.sock.sendall(data[n : n + 1])

    def reset(self) -> None:
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.sock.close()


Script = Callable[[Wire], None]


def answer(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """A whole answer; ``length`` is what it claims."""
    size = len(body) if length is None else length
    kind = [] if any(header.startswith("Content-Type") for header in headers) else ["Content-Type: application/json"]
    return "\r\n".join([f"HTTP/1.1 {status}", *kind, *headers, f"Content-Length: {size}", "", ""]).encode() + body


class Faulty:
    """Plays one script for each request, the last one for ever; counts connections and keeps requests."""

    def __init__(self, *scripts: Script, secretly: ssl.SSLContext | None = None) -> None:
        self._scripts = list(scripts)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._secretly = secretly
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self.connections = 0
        self.requests: list[bytes] = []
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._start(self._accept)

    def stop(self) -> None:
        self._stopping.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _start(self, work: Callable[..., None], *args: socket.socket) -> None:
        thread = threading.Thread(target=work, args=args)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._start(self._open, sock)

    def _open(self, sock: socket.socket) -> None:
        with sock, suppress(OSError):  # they hung up, or the script did
            sock.settimeout(10)
            if self._secretly is None:
                self._serve(sock)
            else:
                with self._secretly.wrap_socket(sock, server_side=True) as covered:
                    self._serve(covered)

    def _serve(self, sock: socket.socket) -> None:
        while not self._stopping.is_set() and (request := _head(sock)):
            self.requests.append(request)
            script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
            script(Wire(sock, request, self._stopping))


def _head(sock: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data and len(data) < _LONGEST_HEAD and not data.startswith(_TLS):
        piece = sock.recv(4096)
        if not piece:
            return b""
        data += piece
    return data


@contextmanager
def playing(*scripts: Script, **how) -> Iterator[tuple[Faulty, Door]]:
    """A faulty server and a door to it; ``how`` is the door's."""
    server = Faulty(*scripts)
    server.start()
    try:
        with Door(server.url, **{"trusted": True, **how}) as door:
            yield server, door
    finally:
        server.stop()
