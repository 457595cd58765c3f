"""A wish for a port -> a listening socket for the web server; a path -> what that server answers."""

import http.client
import socket
from collections.abc import Mapping

from wecops.launcher.places import Refusal

HOST = "127.0.0.1"
FIRST_PORT = 8000
TRIED_PORTS = 100
ANSWER_SECONDS = 10


def reserve(wanted: int | None) -> socket.socket:
    """Take the wanted port, else 8000 or the next free one.

    The socket listens already and is handed to the web server, so nobody can take the port in between.
    """
    if wanted is not None:
        try:
            return _listen(wanted)
        except OSError as error:
            raise Refusal(f"Port {wanted} cannot be used: {error.strerror}. Name another with --port.") from None
    for port in range(FIRST_PORT, FIRST_PORT + TRIED_PORTS):
        try:
            return _listen(port)
        except OSError:
            continue
    raise Refusal(f"No port from {FIRST_PORT} to {FIRST_PORT + TRIED_PORTS - 1} is free: name one with --port.")


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(64)
    except OSError:
        listener.close()
        raise
    return listener


def get(port: int, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Status and text of one page; status 0 when nobody answers.  Never through a proxy, follows no redirect."""
    connection = http.client.HTTPConnection(HOST, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "identity", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()
