"""Signing in with X, through a stand-in as strict: people are known by X's number, and every answer ends well."""

import base64
import re
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.sessions.models import Session
from django.db.models.signals import pre_save

from accounts.models import User
from tests.accounts.conftest import CALLBACK, CLIENT, SECRET
from tests.simulators import loopback
from tests.simulators.loopback import Said

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/twitter_oauth2/login/"


def go(client, **posted):
    """Press the button; where X is asked to send the browser, as (address, its parameters)."""
    answer = client.post(LOGIN, posted)
    assert answer.status_code == 302, answer.content
    return answer["Location"]


def choose(address, person):
    """Press a name on X's page; the address with which the browser is sent back."""
    answer = requests.get(f"{address}&person={person}", allow_redirects=False, timeout=5)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].removeprefix("http://testserver")


def sign_in(client, person="1001", **posted):
    return client.get(choose(go(client, **posted), person))


def who(client):
    key = client.session.get("_auth_user_id")
    return key and User.objects.get(pk=key)


def test_somebody_new_becomes_a_member(client, x):
    answer = sign_in(client)

    member = who(client)
    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    assert (member.username, member.name, member.handle, member.email) == ("x-1001", "Priya Ferrow", "pc_ferrow", "")
    assert member.handle_seen_at is not None
    assert not member.has_usable_password()
    assert list(SocialAccount.objects.values_list("provider", "uid")) == [("twitter_oauth2", "1001")]


def test_only_what_is_needed_is_asked_of_x(client, x):
    asked = dict(parse_qsl(urlsplit(go(client)).query))

    assert set(asked.pop("scope").split()) == {"users.read", "tweet.read"}
    assert len(asked.pop("state")) >= 16
    assert len(asked.pop("code_challenge")) == 43
    assert asked == {
        "client_id": CLIENT,
        "redirect_uri": f"http://testserver{CALLBACK}",
        "response_type": "code",
        "code_challenge_method": "S256",
    }


def test_x_is_shown_the_secret_and_nobody_else_is(client, x):
    back = choose(go(client), "1001")
    client.get(back)

    _, token, profile = x.asked
    assert token.headers["Authorization"] == "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    assert set(token.body) == {"grant_type", "redirect_uri", "code", "code_verifier"}
    assert profile.param("user.fields").split(",") == ["id", "name", "username", "profile_image_url"]
    assert SocialToken.objects.count() == 0


def test_the_same_number_is_the_same_member_whatever_the_handle(client, x, door):
    sign_in(client)
    first = who(client)
    User.objects.filter(pk=first.pk).update(name="What she calls herself here")
    client.logout()
    door.rename("1001", "priya_now")
    door.rename("1002", "pc_ferrow")

    sign_in(client)
    same = who(client)
    client.logout()
    sign_in(client, "1002")
    other = who(client)

    assert (same.pk, same.handle, same.name) == (first.pk, "priya_now", "What she calls herself here")
    assert same.handle_seen_at > first.handle_seen_at
    assert (other.handle, other.username) == ("pc_ferrow", "x-1002")
    assert User.objects.count() == 2


def test_a_name_keeps_its_emoji_and_loses_what_cannot_be_seen(client, x, door):
    door.people["1002"] = door.people["1002"]._replace(name="\u202eSgt\x00 Oakes\n\U0001f469\u200d\U0001f692\u2066")

    sign_in(client, "1002")

    assert who(client).name == "Sgt Oakes \U0001f469\u200d\U0001f692"


def test_whoever_was_somewhere_comes_back_there(client, x):
    assert sign_in(client, next="/chats/archive/?page=2")["Location"] == "/chats/archive/?page=2"


def test_the_session_is_a_new_one(client, x):
    go(client)
    before = client.session.session_key
    back = choose(go(client), "1001")

    client.get(back)

    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_saying_no_at_x_is_fine(client, x):
    answer = client.get(choose(go(client), "cancel"), follow=True)

    assert (answer.status_code, answer.request["PATH_INFO"]) == (200, "/accounts/3rdparty/login/cancelled/")
    assert "You did not sign in, and that is fine" in answer.content.decode()
    assert who(client) is None


def ends_well(answer):
    said = answer.content.decode()
    return (
        answer.status_code == 401
        and "X could not sign you in" in said
        and bool(re.search(r"[0-9A-F]{4}-[0-9A-F]{4}", said))
    )


def test_a_suspended_account_ends_well(client, x):
    assert ends_well(sign_in(client, "1003"))
    assert User.objects.count() == 0


def rate_limited(handler, answer):
    handler.send(Said({"title": "Too Many Requests", "status": 429}, 429))


def without_type(handler, answer):
    handler.send_bytes(b"{}", 200)


def of_another_shape(handler, answer):
    handler.send(Said(["no", "object"]))


def empty(handler, answer):
    handler.send_bytes(b"", 200, {"Content-Type": loopback.JSON})


def of_numbers(handler, answer):
    handler.send(Said({"access_token": 7, "data": {"id": 1001, "username": "pc_ferrow", "name": "Priya"}}))


def of_a_hostile_handle(handler, answer):
    handler.send(Said({"access_token": None, "data": {"id": "1001", "username": "<script>", "name": "Priya"}}))


ODD = [
    loopback.broken, loopback.out_of_order, loopback.missing_page, loopback.page_of_html, loopback.cut,
    loopback.ended_early, loopback.reset, loopback.hung, rate_limited, without_type, of_another_shape, empty,
    of_numbers, of_a_hostile_handle,
]  # fmt: skip


@pytest.mark.parametrize("fault", ODD, ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("at", [2, 3], ids=["token", "profile"])
def test_whatever_x_answers_ends_on_one_page(client, x, fault, at):
    x.faults[at] = fault

    assert ends_well(sign_in(client))
    assert who(client) is None
    assert User.objects.count() == 0


@pytest.mark.parametrize(
    "picture",
    ["https://pbs.twimg.com/\x00.jpg", "https://pbs.twimg.com/\ud800.jpg", "http://[", "javascript:alert(1)", 7],
)
def test_whoever_has_a_picture_of_no_sense_has_none(client, x, picture):
    told = {"id": "1001", "username": "pc_ferrow", "name": "Priya Ferrow", "profile_image_url": picture}
    x.faults[3] = lambda handler, answer: handler.send(Said({"data": told}))

    assert sign_in(client)["Location"] == "/me/"
    assert (who(client).handle, who(client).picture) == ("pc_ferrow", "")


def test_who_is_new_in_two_windows_at_once_comes_in_at_the_second_press(client, x):
    def be_first(instance, **_):
        pre_save.disconnect(be_first, User)
        User.objects.bulk_create([User(username=instance.username)])

    pre_save.connect(be_first, User)
    late = sign_in(client)
    told = client.get(late["Location"]).text

    assert (late["Location"], "Press the button once more" in told) == ("/accounts/login/", True)
    assert sign_in(client)["Location"] == "/me/"


def test_a_code_works_once_and_for_half_a_minute(client, x, door):
    back = choose(go(client), "1001")
    client.get(back)
    client.logout()
    again = client.get(back)

    late = choose(go(client), "1001")
    door.now = lambda: 1e12

    assert ends_well(again)
    assert ends_well(client.get(late))
    assert who(client) is None


def test_the_way_back_is_for_the_browser_that_went(client, x, django_user_model):
    back = choose(go(client), "1001")
    stranger = type(client)()

    assert ends_well(stranger.get(back))
    assert ends_well(stranger.get(CALLBACK))
    assert who(stranger) is None


@pytest.mark.parametrize(
    "told", [{}, {"error": "server_error"}, {"code": "x" * 5000}, {"code": "\x00\u202e"}, {"state": ""}]
)
def test_the_way_back_can_be_asked_anything(client, x, told):
    state = parse_qs(urlsplit(go(client)).query)["state"][0]

    assert ends_well(client.get(f"{CALLBACK}?{urlencode({'state': state, **told})}"))


def test_a_blocked_member_stays_outside(client, x):
    sign_in(client)
    User.objects.update(is_active=False)
    client.logout()

    answer = sign_in(client)

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/inactive/")
    assert who(client) is None
    assert "closed here" in client.get("/accounts/inactive/").content.decode()


def test_a_get_starts_nothing(client, x):
    answer = client.get(LOGIN)

    assert (answer.status_code, len(x.asked)) == (200, 0)


def test_without_a_client_the_button_is_not_there(client, settings):
    settings.X_CLIENT_ID = ""

    page = client.get("/accounts/login/").content.decode()

    ways = [client.post(LOGIN), client.get(CALLBACK)]
    assert [answer["Location"] for answer in ways] == ["/accounts/login/"] * 2
    assert "it is not set up here" in page
    assert LOGIN not in page


def test_signing_out_leaves_no_cookie(client, x):
    sign_in(client)
    client.get("/me/settings/")

    asked = client.get("/accounts/logout/")
    done = client.post("/accounts/logout/")

    assert asked.status_code == 200
    assert (done.status_code, done["Location"]) == (302, "/")
    assert {name: morsel.value for name, morsel in client.cookies.items()} == {"wecops_csrf": "", "wecops_session": ""}
