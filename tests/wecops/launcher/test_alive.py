"""The health check of the image asks the web server by a host name that the portal knows."""

import http.server
import threading

import pytest

from wecops.launcher import alive


@pytest.fixture
def asked(monkeypatch):
    """What a web server is asked, as ``(path, host)``; it answers ``asked.status``."""

    class Asked(list):
        status = 200

    asked = Asked()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers["Host"]))
            self.send_response(asked.status)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("PORT", str(server.server_port))
    yield asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("hosts", "host"),
    [
        ("portal.example,other.example", "portal.example"),
        (".example", "example"),
        ("*", "localhost"),
        ("", "localhost"),
    ],
)
def test_it_asks_by_the_first_name_that_is_known(asked, monkeypatch, hosts, host):
    monkeypatch.setenv("ALLOWED_HOSTS", hosts)

    assert alive.main() == 0
    assert asked == [("/healthz", host)]


def test_any_other_answer_is_not_health(asked):
    asked.status = 500

    assert alive.main() == 1


def test_no_answer_is_not_health(monkeypatch):
    monkeypatch.setenv("PORT", "1")

    assert alive.main() == 1
