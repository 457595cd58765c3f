"""Two people behind one real shared cache, as a work network has it: neither ever sees the other's pages."""

import os
import shutil
import socket
import subprocess
import time

import pytest
import requests
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client

from accounts import staff
from tests.factories.conversation import CONVERSATION

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

PASSWORD = "four plain words together"
# It keeps whatever it is allowed to, for everybody, under the address alone: as careless as a cache may be.
CONFIGURATION = """
daemon off; master_process off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/temp; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  proxy_cache_path {folder}/cache levels=1 keys_zone=shared:1m;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {site}; proxy_set_header Host $http_host;
      proxy_cache shared; proxy_cache_key $request_uri; proxy_cache_revalidate on;
      add_header X-Shared $upstream_cache_status always;
    }}
  }}
}}
"""


@pytest.fixture
def shared(site, tmp_path):
    """The live site as it looks through nginx."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        if os.environ.get("CI"):
            pytest.fail("nginx is missing on this machine.")
        pytest.skip("nginx is not installed: apt-get install nginx-light")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=tmp_path, port=port, site=site))
    running = subprocess.Popen([nginx, "-e", f"{tmp_path}/error.log", "-p", str(tmp_path), "-c", str(configuration)])
    try:
        for _ in range(100):
            with socket.socket() as there:
                if there.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait()


def browser_of(name):
    """A browser in which somebody is signed in, with their cookie alone."""
    client = Client()
    client.force_login(staff.appoint(name, PASSWORD, name=name.title()))
    browser = requests.Session()
    browser.cookies.set(django_settings.SESSION_COOKIE_NAME, client.cookies[django_settings.SESSION_COOKIE_NAME].value)
    return browser


# Pages of one person, and whether their name stands there.
OWN = {
    "/me/": True,
    "/me/settings/": True,
    "/desk/": True,
    "/desk/chats/chat/": True,
    "/accounts/2fa/": False,
    "/accounts/password/change/": False,
}


def test_nobody_sees_the_page_of_another(shared):
    ruth, omar, nobody = browser_of("ruth"), browser_of("omar"), requests.Session()

    for path, shown in OWN.items():
        first = ruth.get(shared + path, timeout=10)
        second = omar.get(shared + path, timeout=10)
        third = nobody.get(shared + path, timeout=10)

        assert [name for name in ("Ruth", "Omar") if name in first.text] == ["Ruth"] * shown, path
        assert [name for name in ("Ruth", "Omar") if name in second.text] == ["Omar"] * shown, path
        assert [name for name in ("Ruth", "Omar") if name in third.text] == [], path
        assert [answer.headers["X-Shared"] for answer in (first, second, third)] == ["MISS"] * 3, path


def test_a_public_page_is_shared_and_takes_nothing_of_who_asked_first(shared, chat, build):
    build(chat, *CONVERSATION)
    cache.clear()
    address = f"{shared}{chat.get_absolute_url()}transcript/"
    poison = {
        "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Original-URL": "/desk/",
        "X-Host": "evil.example",
        "X-Rewrite-URL": "/desk/", "Forwarded": "host=evil.example", "Referer": "https://evil.example/",
        "User-Agent": "<script>evil.example</script>", "Accept-Language": "evil.example",
        "Origin": "https://evil.example",
    }  # fmt: skip

    first = browser_of("ruth").get(address, headers=poison, timeout=10)
    second = requests.get(address, timeout=10)
    asked = requests.get(f"{address}?utm_source=evil.example&format=evil", timeout=10)

    assert (first.status_code, first.text) == (200, second.text)
    assert [word for word in ("evil", "Ruth") if word in first.text + asked.text] == []
    assert [first.headers.get("Set-Cookie"), "Cookie" in first.headers.get("Vary", "")] == [None, False]


def test_an_error_of_one_is_not_kept_for_others(shared):
    nobody = requests.Session()

    for path in ("/nowhere/", "/me/email/broken/", "/accounts/3rdparty/login/error/"):
        answers = [nobody.get(shared + path, timeout=10) for _ in range(2)]
        assert [answer.status_code >= 400 for answer in answers] == [True, True], path
        assert [answer.headers["X-Shared"] for answer in answers] != ["MISS", "HIT"], path
