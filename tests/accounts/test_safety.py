"""The door against those who try it: false ways back, forged forms, guessed passwords, borrowed addresses."""

import itertools
import re
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client

from accounts import staff
from accounts.models import User
from tests.accounts.shapes import ELSEWHERE
from tests.accounts.test_sign_in import CALLBACK, LOGIN, choose, go, sign_in, who

pytestmark = pytest.mark.django_db

PASSWORD = "four plain words together"


def leads_away(address):
    """Whether a browser leaves our site that is sent to ``address``; slashes and schemes it reads generously."""
    cleaned = "".join(each for each in address if each not in "\t\r\n").strip(" \x00\x01\x0b").replace("\\", "/")
    if cleaned.startswith("//") or "[" in cleaned:
        return True
    return bool(re.match(r"[a-z][a-z0-9+.-]*:", cleaned, re.IGNORECASE)) and urlsplit(cleaned).netloc != "testserver"


def test_the_shapes_are_many_and_most_lead_away():
    assert len(set(ELSEWHERE)) >= 60
    assert sum(leads_away(shape) for shape in ELSEWHERE) >= 55


def test_no_page_of_the_door_leads_away(client, x):
    asked = [client.get("/accounts/login/", {"next": shape}).context["next"] for shape in ELSEWHERE]
    desk = [client.get("/desk/login/", {"next": shape})["Location"] for shape in ELSEWHERE]
    sign_in(client)
    staying = [client.get("/accounts/login/", {"next": shape})["Location"] for shape in ELSEWHERE]
    out = [client.post("/accounts/logout/", {"next": shape})["Location"] for shape in ELSEWHERE]

    assert [address for address in (*asked, *desk, *staying, *out) if leads_away(address)] == []


@pytest.mark.parametrize("shape", ELSEWHERE[::9], ids=ascii)
def test_x_leads_back_to_us(client, x, shape):
    assert not leads_away(sign_in(client, next=shape)["Location"])


@pytest.mark.parametrize("shape", ELSEWHERE[4::9], ids=ascii)
def test_the_team_comes_back_to_us_too(client, settings, shape):
    settings.TEAM_SECOND_STEP = False
    staff.appoint("sunil", PASSWORD)

    asked = f"/accounts/login/team/?{urlencode({'next': shape})}"
    answer = client.post(asked, {"login": "sunil", "password": PASSWORD, "next": shape})

    assert not leads_away(answer["Location"])


def unsafe_addresses():
    """Every address that does something when it is posted to, with a number where it wants one."""
    return [
        LOGIN, "/accounts/login/team/", "/accounts/logout/", "/accounts/reauthenticate/", "/accounts/password/set/",
        "/accounts/password/change/", "/accounts/password/reset/", "/accounts/2fa/authenticate/",
        "/accounts/2fa/reauthenticate/", "/accounts/2fa/totp/activate/", "/accounts/2fa/totp/deactivate/",
        "/accounts/2fa/recovery-codes/generate/", "/accounts/sessions/end/", "/accounts/sessions/1/end/",
        "/me/settings/", "/desk/chats/chat/",
    ]  # fmt: skip


@pytest.mark.parametrize("address", unsafe_addresses())
def test_a_form_of_another_site_does_nothing(address):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff.appoint("sunil", PASSWORD))
    strict.get("/me/settings/")
    token = strict.cookies["wecops_csrf"].value

    without = strict.post(address, {})
    forged = strict.post(address, {"csrfmiddlewaretoken": token}, headers={"origin": "https://evil.example"})

    assert (without.status_code, forged.status_code) == (403, 403)
    assert who(strict) is not None


def guess(client, times, *, login="sunil", **headers):
    return [
        client.post(
            "/accounts/login/team/", {"login": login, "password": f"guess {number}"}, headers=headers
        ).status_code
        for number in range(times)
    ]


def test_guessing_is_stopped_and_says_so(client):
    staff.appoint("sunil", PASSWORD)

    codes = guess(client, 8)
    answer = client.post("/accounts/login/team/", {"login": "sunil", "password": PASSWORD})

    assert codes == [200] * 8
    assert "Too many failed login attempts" in answer.content.decode()
    assert who(client) is None


def test_behind_a_proxy_each_visitor_is_counted_alone(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    staff.appoint("sunil", PASSWORD)
    one, other = {"X-Forwarded-For": "203.0.113.5"}, {"X-Forwarded-For": "203.0.113.9"}

    for number in range(40):
        guess(client, 1, login=f"nobody{number}", **one)
    stopped = guess(client, 1, login="nobody", **one)
    free = guess(client, 1, login="nobody", **other)

    assert (stopped, free) == ([429], [200])


def test_a_forged_header_does_not_help(client, settings):
    """What a visitor writes stands before what the proxy adds, and is not believed."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    codes = [
        guess(client, 1, login=f"nobody{number}", **{"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.5"})
        for number in range(41)
    ]

    assert codes[-1] == [429]


def test_without_a_proxy_no_header_is_believed(client):
    codes = [
        guess(client, 1, login=f"nobody{number}", **{"X-Forwarded-For": f"198.51.100.{number}"}) for number in range(41)
    ]

    assert codes[-1] == [429]


STATES = ["own", "none", "empty", "other", "used", "forged"]
CODES = ["own", "none", "empty", "used", "late", "forged"]
ERRORS = [None, "access_denied", "server_error", "temporarily_unavailable", ""]
BROWSERS = ["own", "fresh", "signed in"]


def permutations():
    """What can stand in the address that leads back, and in whose browser: (state, code, error, browser)."""
    return list(itertools.product(STATES, CODES, ERRORS, BROWSERS))


def test_there_are_enough_ways_back_to_try():
    assert len(permutations()) >= 500


def address_back(client, door, state, code, error):
    """One way back, made from two real sign-ins of this browser: one finished, one under way."""
    used = dict(pair.split("=") for pair in urlsplit(choose(go(client), "1001")).query.split("&"))
    client.get(f"{CALLBACK}?{urlencode(used)}")
    client.logout()
    own = dict(pair.split("=") for pair in urlsplit(choose(go(client), "1001")).query.split("&"))
    stranger = dict(pair.split("=") for pair in urlsplit(choose(go(Client()), "1002")).query.split("&"))
    door.now = (lambda: 1e12) if code == "late" else door.now
    states = {"own": own["state"], "empty": "", "other": stranger["state"], "used": used["state"], "forged": "x" * 16}
    codes = {"own": own["code"], "late": own["code"], "empty": "", "used": used["code"], "forged": "code-9"}
    told = {"state": states.get(state), "code": codes.get(code), "error": error}
    return f"{CALLBACK}?{urlencode({name: value for name, value in told.items() if value is not None})}"


@pytest.mark.parametrize("state", STATES)
def test_only_one_way_back_leads_in(client, x, door, deep, state):
    tried = [way for way in permutations() if way[0] == state]
    chosen = tried if deep else tried[:: 2 if state == "own" else 12]
    clock = door.now

    for way in chosen:
        door.now = clock
        browser = Client()
        back = address_back(browser, door, *way[:3])
        if way[3] == "fresh":
            browser = Client()
        elif way[3] == "signed in":
            browser = Client()
            sign_in(browser, "1002")
        before = who(browser)
        answer = browser.get(back, follow=True)

        leads_in = way[0] == "own" and way[1] == "own" and way[2] is None and way[3] == "own"
        after = who(browser)
        assert answer.status_code in (200, 401), way
        assert (after and after.handle) == ("pc_ferrow" if leads_in else before and before.handle), way
    assert set(User.objects.values_list("handle", flat=True)) <= {"pc_ferrow", "sgt_oakes"}
