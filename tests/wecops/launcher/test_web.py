"""Ports are taken before anything is started, and pages are asked for without a proxy."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from wecops.launcher import web
from wecops.launcher.places import Refusal


def port_of(listener):
    return listener.getsockname()[1]


@pytest.fixture
def taken():
    with web.reserve(None) as listener:
        yield port_of(listener)


def test_where_a_port_is_taken_the_next_is_used(taken):
    with web.reserve(None) as second:
        assert taken < port_of(second) < web.FIRST_PORT + web.TRIED_PORTS


def test_a_port_that_was_asked_for_and_is_taken_is_refused(taken):
    with pytest.raises(Refusal, match=rf"^Port {taken} cannot be used: .* in use\. Name another with --port\.$"):
        web.reserve(taken)


def test_a_port_that_was_asked_for_is_used(taken):
    with web.reserve(taken + 1000) as listener:
        assert port_of(listener) == taken + 1000


def test_no_free_port_at_all_is_refused(monkeypatch, taken):
    monkeypatch.setattr(web, "FIRST_PORT", taken)
    monkeypatch.setattr(web, "TRIED_PORTS", 1)

    with pytest.raises(Refusal, match=rf"^No port from {taken} to {taken} is free: name one with --port\.$"):
        web.reserve(None)


class Teapot(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(418)
        self.end_headers()
        self.wfile.write(f"{self.path} für dich".encode())

    def log_message(self, *args):
        pass


def test_a_page_is_asked_for_without_a_proxy(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with HTTPServer(("127.0.0.1", 0), Teapot) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()

        answer = web.get(server.server_port, "/tea")

        thread.join()
    assert answer == (418, "/tea für dich")


def test_nobody_there_is_status_0():
    with web.reserve(None) as listener:
        port = port_of(listener)

    assert web.get(port, "/") == (0, "")
