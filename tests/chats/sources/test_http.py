"""The one door to the network, against a server that does everything wrong."""

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chats.sources.base import SourceError
from chats.sources.http import Door
from tests.simulators.faulty import Faulty, answer, playing

SOON = timedelta(seconds=0.3)
GOOD = answer(b'{"a": 1}')
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
UNSIZED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"


def sends(data):
    return lambda wire: wire.send(data)


def refused(*scripts, **how):
    """The error that a script leads to: (code, waiting, permanent)."""
    with playing(*scripts, **how) as (_, door), pytest.raises(SourceError) as error:
        door.get("/").json()
    return error.value.code, error.value.waiting, error.value.permanent


def test_get_gives_what_was_said():
    with playing(sends(GOOD)) as (server, door):
        said = door.get("/2/tweets", {"ids": "1,2"}, {"Authorization": "Bearer secret"})

    assert (said.status, said.json(), said.headers["content-type"]) == (200, {"a": 1}, "application/json")
    assert server.requests[0].startswith(b"GET /2/tweets?ids=1%2C2 HTTP/1.1\r\n")
    assert b"Authorization: Bearer secret\r\n" in server.requests[0]
    assert b"User-Agent: wecops-portal" in server.requests[0]


def test_post_sends_json():
    with playing(sends(GOOD)) as (server, door):
        assert door.post("/session", {"identifier": "a"}).json() == {"a": 1}

    assert server.requests[0].startswith(b"POST /session HTTP/1.1\r\n")
    assert b"Content-Type: application/json\r\n" in server.requests[0]


def test_one_connection_serves_many_requests():
    with playing(sends(GOOD)) as (server, door):
        for _ in range(5):
            door.get("/")

    assert (server.connections, len(server.requests)) == (1, 5)


def test_a_connection_that_was_closed_meanwhile_is_replaced():
    closed = threading.Semaphore(0)

    def once(wire):
        wire.send(GOOD)
        wire.sock.shutdown(socket.SHUT_RDWR)
        closed.release()

    said = []
    with playing(once) as (server, door):
        for _ in range(3):
            said.append(door.get("/").json())
            assert closed.acquire(timeout=10)

    assert (said, server.connections) == ([{"a": 1}] * 3, 3)


def test_an_error_of_the_host_is_an_answer_like_any_other():
    with playing(sends(answer(b"{}", "Retry-After: 7", status="503 Busy"))) as (_, door):
        said = door.get("/")

    with pytest.raises(SourceError) as error:
        said.check_available()
    assert (error.value.code, error.value.waiting) == ("unavailable", True)
    assert error.value.retry_after == timedelta(seconds=7)


def test_nobody_at_home():
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]

    with Door(f"http://127.0.0.1:{port}", trusted=True) as door, pytest.raises(SourceError) as error:
        door.get("/")

    assert (error.value.code, error.value.waiting) == ("unreachable", True)


@pytest.mark.parametrize(
    "script",
    [
        lambda wire: wire.stopping.wait(10),
        lambda wire: wire.drip(GOOD, 0.05),
        lambda wire: (wire.send(GOOD[:-8]), wire.drip(b"12345678", 0.1)),
        lambda wire: (wire.send(UNSIZED), wire.drip(b"12345678" * 10, 0.05)),
        lambda wire: (wire.send(CHUNKED), wire.drip(b"1\r\na\r\n" * 100, 0.05)),
    ],
    ids=["silence", "slow headers", "slow body", "slow body without a length", "slow chunks"],
)
def test_the_deadline_counts_for_the_whole_answer(script):
    """Each byte comes quickly; no limit for one reading would ever end these."""
    assert refused(script, deadline=SOON) == ("too_slow", True, False)


def test_after_a_deadline_the_door_still_opens():
    with playing(lambda wire: wire.stopping.wait(10), sends(GOOD), deadline=SOON) as (_, door):
        with pytest.raises(SourceError):
            door.get("/")
        assert door.get("/").json() == {"a": 1}


def endless(wire):
    wire.send(UNSIZED)
    while not wire.stopping.is_set():
        wire.send(b"a" * 65536)


def endless_chunks(wire):
    wire.send(CHUNKED)
    while not wire.stopping.is_set():
        wire.send(b"10000\r\n" + b"a" * 65536 + b"\r\n")


BOMB = gzip.compress(b" " * 50_000_000)


@pytest.mark.parametrize(
    "script",
    [
        endless,
        endless_chunks,
        sends(answer(BOMB, "Content-Encoding: gzip")),
        sends(answer(gzip.compress(BOMB), "Content-Encoding: gzip, gzip")),
        sends(answer(b" " * 2_097_153)),
    ],
    ids=["endless", "endless chunks", "gzip bomb", "bomb in a bomb", "a byte too many"],
)
def test_more_than_two_megabytes_are_refused(script):
    assert refused(script) == ("too_large", False, False)


def test_two_megabytes_are_let_in():
    body = b'"' + b"a" * 2_097_150 + b'"'
    packed = answer(gzip.compress(body), "Content-Encoding: gzip")

    with playing(sends(packed)) as (_, door):
        assert len(door.get("/").body) == 2_097_152


def reset_inside(wire):
    wire.send(GOOD[:-3])
    wire.reset()


@pytest.mark.parametrize(
    "script",
    [
        lambda wire: wire.reset(),
        reset_inside,
        lambda wire: wire.sock.shutdown(socket.SHUT_RDWR),
        lambda wire: (wire.send(GOOD[:-3]), wire.sock.shutdown(socket.SHUT_RDWR)),
        lambda wire: (wire.send(CHUNKED + b"9\r\n{"), wire.sock.shutdown(socket.SHUT_RDWR)),
        lambda wire: (wire.send(CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n"), wire.sock.shutdown(socket.SHUT_RDWR)),
        sends(b"\x16\x03\x01\x02\x00garbage\r\n\r\n"),
        sends(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: many\r\n\r\n"),
        sends(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(200)) + b"\r\n"),
        sends(answer(b"not packed", "Content-Encoding: gzip")),
        sends(answer(BOMB[:100], "Content-Encoding: gzip")),
        sends(answer(b"{}", "Content-Encoding: " + ", ".join(["gzip"] * 20))),
    ],
    ids=[
        "reset", "reset inside", "closed", "closed inside", "closed inside a chunk", "broken chunk", "garbage",
        "length is no number", "too many headers", "not packed", "packed and cut", "packed twenty times",
    ],
)  # fmt: skip
def test_what_breaks_off_can_be_asked_again(script):
    """``many`` and a cut packing end as an empty or broken body: they are told by their JSON."""
    code, _, permanent = refused(script, deadline=timedelta(seconds=2))

    assert (code in {"unreachable", "bad_json", "too_slow"}, permanent) == (True, False)


def test_more_than_the_stated_length_does_not_spoil_the_next_answer():
    with playing(sends(answer(b'{"a": 1}HTTP/1.1 200 OK\r\n', length=8)), sends(GOOD)) as (_, door):
        assert [door.get("/").json(), door.get("/").json()] == [{"a": 1}, {"a": 1}]


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (b"<html>Down for maintenance</html>", ["Content-Type: text/html; charset=utf-8"], "not_json"),
        (b"{}", ["Content-Type: "], "not_json"),
        (b'{"a": ', [], "bad_json"),
        (b"", [], "bad_json"),
        (b"[" * 1_000_000, [], "bad_json"),
    ],
)
def test_json_tells_what_is_none(body, headers, code):
    assert refused(sends(answer(body, *headers))) == (code, False, False)


def test_problem_json_is_json_and_broken_letters_spoil_nothing_else():
    said = answer(b'{"a": "\xff"}', "Content-Type: application/problem+json; charset=utf-8")

    with playing(sends(said)) as (_, door):
        assert door.get("/").json() == {"a": "\ufffd"}


def leads_to(address):
    return sends(answer(b"", f"Location: {address}", status="302 Found"))


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:1/", "https://127.0.0.1/", "http://localhost/", "//elsewhere.example/", "ftp://127.0.0.1/", "http://[::1"],
)  # fmt: skip
def test_a_redirect_to_another_host_is_refused(address):
    with playing(leads_to(address)) as (server, door), pytest.raises(SourceError) as error:
        door.get("/")

    assert (error.value.code in {"redirected", "address_refused"}, len(server.requests)) == (True, 1)


def test_a_redirect_on_the_same_host_is_followed_but_not_for_ever():
    with playing(leads_to("/there"), sends(GOOD)) as (server, door):
        assert door.get("/here", {"q": "1"}).json() == {"a": 1}
    assert server.requests[1].startswith(b"GET /there HTTP/1.1")

    assert refused(leads_to("/"))[0] == "redirected"


def test_a_redirect_without_end_is_not_read():
    def onward(wire):
        wire.send(b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n")
        while not wire.stopping.is_set():
            wire.send(b"a" * 65536)

    assert refused(onward) == ("too_large", False, False)


def test_a_redirect_cannot_win_time():
    def slow(wire):
        wire.stopping.wait(0.2)
        leads_to("/")(wire)

    assert refused(slow, deadline=SOON) == ("too_slow", True, False)


def test_a_whole_address_of_another_host_is_not_asked():
    with playing(sends(GOOD)) as (server, door), pytest.raises(SourceError) as error:
        door.get("https://elsewhere.example/next")

    assert (error.value.code, server.requests) == ("redirected", [])


@pytest.mark.parametrize(
    "base", ["http://example.org", "ftp://example.org", "example.org", "https://", "https://a@b.c"]
)
def test_an_address_from_content_needs_tls_and_a_host(base):
    with pytest.raises(SourceError) as error:
        Door(base)

    assert (error.value.code, error.value.permanent) == ("address_refused", True)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_an_address_from_content_never_leads_into_a_private_network(host):
    with Door(f"https://{host}/") as door, pytest.raises(SourceError) as error:
        door.get("/")

    assert (error.value.code, error.value.permanent) == ("address_refused", True)


def test_an_answer_in_the_clear_is_refused_where_tls_was_asked_for():
    with (
        playing(sends(GOOD)) as (server, _),
        Door(server.url.replace("http:", "https:"), trusted=True) as door,
        pytest.raises(SourceError) as error,
    ):
        door.get("/")

    assert (error.value.code, server.requests[0][:1]) == ("unreachable", b"\x16")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """One that nobody vouches for, and its key, in one file."""
    if not (openssl := shutil.which("openssl")):
        pytest.skip("openssl makes the certificate, and is not here")
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    subprocess.run([*made, "-keyout", file, "-out", file.with_suffix(".crt")], check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + file.with_suffix(".crt").read_bytes())
    return file


@contextmanager
def playing_secretly(certificate, *scripts, deadline=timedelta(seconds=5)):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = Faulty(*scripts, secretly=context)
    server.start()
    try:
        with Door(server.url.replace("http:", "https:"), trusted=True, deadline=deadline) as door:
            yield server, door
    finally:
        server.stop()


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate):
    with playing_secretly(certificate, sends(GOOD)) as (server, door), pytest.raises(SourceError) as error:
        door.get("/")

    assert (error.value.code, server.requests) == ("unreachable", [])


def test_the_deadline_cuts_what_is_said_in_secret_too(certificate):
    """TLS takes a socket away from whoever made it; the door keeps hold of the wire."""

    def slowly(wire):
        wire.drip(GOOD, 0.05)

    with playing_secretly(certificate, sends(GOOD), slowly, deadline=timedelta(seconds=1)) as (server, door):
        door._session.verify = str(certificate)
        assert door.get("/").json() == {"a": 1}
        with pytest.raises(SourceError) as error:
            door.get("/")

    assert (error.value.code, server.connections) == ("too_slow", 1)


def test_nothing_is_taken_from_the_environment(monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login someone password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    with playing(sends(GOOD)) as (server, door):
        door.get("/")

    assert b"authorization" not in server.requests[0].lower()


def test_no_cookie_is_kept():
    with playing(sends(answer(b"{}", "Set-Cookie: a=b; Path=/"))) as (server, door):
        door.get("/")
        door.get("/")

    assert b"cookie" not in server.requests[1].lower()


def test_no_socket_is_left_behind():
    before = len(list(Path("/proc/self/fd").iterdir()))
    for script in [sends(GOOD), lambda wire: wire.reset(), sends(UNSIZED), endless]:
        with playing(script, deadline=SOON) as (_, door):
            for _ in range(3):
                with suppress(SourceError):
                    door.get("/")

    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize(
    ("reset", "wait"),
    [(60, 60), (-3600, 1), (0, 1), (86_400, 900)],
)
def test_wait_until_goes_by_the_hosts_own_clock(reset, wait):
    """The year is another one than ours: whatever our clock says plays no part."""
    with playing(sends(answer(b"{}", "Date: Wed, 08 Jan 2020 21:00:00 GMT"))) as (_, door):
        said = door.get("/")

    moment = datetime(2020, 1, 8, 21, tzinfo=UTC) + timedelta(seconds=reset)
    assert said.wait_until(moment) == timedelta(seconds=wait)


@pytest.mark.parametrize(
    ("stated", "wait"),
    [
        ("7", 7),
        ("0", 1),
        ("86400", 900),
        ("Wed, 08 Jan 2020 21:00:30 GMT", 30),
        ("soon", None),
        ("-1", None),
        ("Wed, 99 Foo 2020", None),
        ("9" * 500, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(stated, wait):
    head = ("Date: Wed, 08 Jan 2020 21:00:00 GMT", f"Retry-After: {stated}")
    with playing(sends(answer(b"{}", *head))) as (_, door):
        said = door.get("/")

    assert said.retry_after == (wait and timedelta(seconds=wait))


def test_without_a_date_nobody_knows_how_long():
    with playing(sends(GOOD)) as (_, door):
        assert door.get("/").wait_until(datetime(2020, 1, 1, tzinfo=UTC)) is None


def ever(wire):
    """Lines without end, one of them with the token in it, until nobody listens."""
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    wire.drip(b'{"a": "a-long-token"}\r\n' + b"\r\n" * 100_000, every=0.005)


def test_what_does_not_end_is_heard_for_as_long_as_it_was_to_be():
    headers = {"Authorization": "Bearer a-long-token"}
    with playing(ever, sends(GOOD), headers=headers) as (_, door):
        with door.listening("/stream", {}, lasts=timedelta(seconds=0.6)) as (answer, lines):
            heard = list(lines)

        assert (answer.status, heard[0], set(heard[1:])) == (200, '{"a": "…"}'.encode(), {b""})
        assert door.get("/").status == 200


def test_a_line_without_end_is_not_taken_in():
    def endless(wire):
        wire.send(b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 10_000)

    with (
        playing(endless, most_bytes=5_000) as (_, door),
        pytest.raises(SourceError) as error,
        door.listening("/stream", {}, lasts=timedelta(seconds=5)) as (_, lines),
    ):
        list(lines)

    assert error.value.code == "too_large"


def test_who_may_not_listen_is_told_why():
    with (
        playing(sends(answer(b'{"title": "No"}', status="403 Forbidden"))) as (_, door),
        door.listening("/stream", {}, lasts=timedelta(seconds=5)) as (said, lines),
    ):
        assert (said.status, said.json(), list(lines)) == (403, {"title": "No"}, [])
