"""Who gets to the desk: a host with X alone, the team with a password and a second step, nobody else at all."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import roles, sessions, staff
from accounts.models import Appointment, Community, User
from accounts.roles import Role
from tests.accounts.test_sign_in import sign_in, who

pytestmark = pytest.mark.django_db

# What follows a new second step follows when it is stored.
COMMITTED = pytest.mark.django_db(transaction=True, serialized_rollback=True)
PASSWORD = "four plain words together"


@pytest.fixture(autouse=True)
def _second_step(settings):
    settings.TEAM_SECOND_STEP = True


def appoint(user, role, community=None):
    community = community or Community.objects.get(slug="wecops")
    group = Group.objects.get(name=role.value)
    return Appointment.objects.create(user=user, community=community, role=group, given_at=timezone.now())


def code(secret, *, ago=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 - ago))


def way(client, path="/desk/"):
    """Follow the desk's redirects as far as they go: (status, address)."""
    answer = client.get(path, follow=True)
    return answer.status_code, answer.request["PATH_INFO"]


def set_password(client):
    return client.post("/accounts/password/set/", {"password1": PASSWORD, "password2": PASSWORD, "next": "/desk/"})


def set_up_codes(client):
    """Through the page, as a person would; the secret of the app."""
    client.get("/accounts/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/recovery-codes/"), answer.content.decode()
    return secret


def test_nobody_is_sent_to_sign_in_and_comes_back(client, x):
    answer = client.get("/desk/chats/chat/", follow=True)

    assert answer.request["PATH_INFO"] == "/accounts/login/"
    assert answer.context["next"] == "/desk/chats/chat/"


def test_a_member_is_told_that_the_desk_is_not_for_them(client, x):
    sign_in(client)

    answer = client.get("/desk/", follow=True)

    assert answer.status_code == 403
    assert "The desk is for hosts and the team" in answer.content.decode()


def test_a_host_gets_in_with_x_alone(client, x):
    sign_in(client)
    appoint(who(client), Role.HOST)

    assert way(client) == (200, "/desk/")


def test_a_role_opens_one_community_only(client, x, settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    Community.objects.update(domain="testserver")
    named = {"slug": "other", "name": "Other", "handle": "Other", "hashtags": ["Other"], "promise": "Kind."}
    Community.objects.create(**named, domain="other.example")
    sign_in(client)
    appoint(who(client), Role.HOST)

    assert way(client) == (200, "/desk/")
    assert client.get("/desk/", headers={"host": "other.example"}, follow=True).status_code == 403


@COMMITTED
@pytest.mark.parametrize("role", sorted(roles.TEAM))
def test_the_team_gets_no_further_than_setting_it_up(client, x, role):
    sign_in(client)
    appoint(who(client), role)

    assert way(client) == (200, "/accounts/password/set/")
    assert set_password(client)["Location"] == "/desk/"
    assert way(client) == (200, "/accounts/2fa/totp/activate/")
    set_up_codes(client)
    assert way(client) == (200, "/desk/")


def test_coming_back_takes_the_password_and_a_code(client, x):
    sign_in(client)
    user = who(client)
    appoint(user, Role.ORGANISER)
    set_password(client)
    secret = set_up_codes(client)
    ways = client.get("/accounts/2fa/").text
    client.logout()

    asked = client.post("/accounts/login/team/?next=/desk/", {"login": user.username, "password": PASSWORD})
    half_way = who(client)
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    right = client.post("/accounts/2fa/authenticate/", {"code": code(secret, ago=1)})

    assert f"with the name <b>{user.username}</b>" in ways
    assert (asked["Location"], half_way) == ("/accounts/2fa/authenticate/", None)
    assert "Incorrect code" in wrong.content.decode()
    assert right["Location"] == "/desk/"
    assert way(client) == (200, "/desk/")


def test_a_code_works_once(client, x):
    sign_in(client)
    user = who(client)
    appoint(user, Role.ORGANISER)
    set_password(client)
    secret = set_up_codes(client)
    spent = code(secret)

    for outcome in ("/desk/", None):
        client.logout()
        client.post("/accounts/login/team/?next=/desk/", {"login": user.username, "password": PASSWORD})
        answer = client.post("/accounts/2fa/authenticate/", {"code": spent})
        assert answer.get("Location") == outcome


def test_coming_with_x_and_a_code_still_takes_the_password(client, x):
    sign_in(client)
    appoint(who(client), Role.MODERATOR)
    set_password(client)
    secret = set_up_codes(client)
    client.logout()

    asked = sign_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})

    assert asked["Location"] == "/accounts/2fa/authenticate/"
    assert way(client) == (200, "/accounts/reauthenticate/")
    answer = client.post("/accounts/reauthenticate/?next=/desk/", {"password": PASSWORD})
    assert answer["Location"] == "/desk/"
    assert way(client) == (200, "/desk/")


def test_a_superuser_without_a_second_step_stays_outside(client):
    staff.appoint("sunil", PASSWORD)
    client.post("/accounts/login/team/?next=/desk/", {"login": "sunil", "password": PASSWORD})

    assert way(client) == (200, "/accounts/2fa/totp/activate/")
    assert way(client, "/desk/chats/chat/") == (200, "/accounts/2fa/totp/activate/")


def test_a_first_password_is_for_who_has_just_come(client, x, settings):
    sign_in(client)
    appoint(who(client), Role.EDITOR)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1

    assert way(client) == (200, "/accounts/login/")
    assert who(client) is None


def test_the_database_alone_gives_no_code_away(client, x):
    sign_in(client)
    appoint(who(client), Role.EDITOR)
    set_password(client)
    secret = set_up_codes(client)

    stored = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert secret not in stored
    assert Authenticator.objects.get(type="totp").wrap().validate_code(code(secret, ago=1))


def test_with_another_key_no_code_fits(client, x, settings):
    sign_in(client)
    appoint(who(client), Role.EDITOR)
    set_password(client)
    secret = set_up_codes(client)
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another"

    without, settings.SECRET_KEY_FALLBACKS = [], []
    for fallbacks in ([], [old]):
        settings.SECRET_KEY_FALLBACKS = fallbacks
        without.append(Authenticator.objects.get(type="totp").wrap().validate_code(code(secret, ago=len(without))))

    assert without == [False, True]


@COMMITTED
def test_setting_up_a_second_step_signs_out_elsewhere(client, x):
    sign_in(client)
    appoint(who(client), Role.EDITOR)
    elsewhere = type(client)()
    sign_in(elsewhere)
    set_password(client)
    set_up_codes(client)

    assert who(elsewhere) is None
    assert way(client) == (200, "/desk/")


def test_whoever_lost_everything_sets_it_up_anew(client, x, capsys):
    sign_in(client)
    appoint(who(client), Role.EDITOR)
    set_password(client)
    set_up_codes(client)

    for username in ("x-1001", "x-1001"):
        call_command("forget_second_step", username)
    with pytest.raises(CommandError, match="Nobody here signs in as x-9"):
        call_command("forget_second_step", "x-9")

    assert capsys.readouterr().out.splitlines() == [
        "x-1001 sets up a new second step when they come next.",
        "x-1001 has no second step.",
    ]
    assert who(client) is None
    sign_in(client)
    assert way(client) == (200, "/accounts/reauthenticate/")  # with the password, then


def test_each_session_is_listed_and_can_be_ended(client, x):
    sign_in(client)
    firefox = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    elsewhere = type(client)(headers={"user-agent": firefox})
    sign_in(elsewhere)
    third = type(client)()
    sign_in(third)

    page = client.get("/accounts/2fa/").content.decode()
    other = UserSession.objects.get(session_key=elsewhere.session.session_key)
    client.post(f"/accounts/sessions/{other.pk}/end/")

    assert page.count("Another device") == 2
    assert "Firefox on Windows" in page
    assert [who(each) is None for each in (client, elsewhere, third)] == [False, True, False]
    client.post("/accounts/sessions/end/")
    assert [who(each) is None for each in (client, third)] == [False, True]


def test_nobody_ends_the_session_of_another(client, x):
    sign_in(client)
    other = type(client)()
    sign_in(other, "1002")
    theirs = UserSession.objects.get(session_key=other.session.session_key)

    answer = client.post(f"/accounts/sessions/{theirs.pk}/end/")

    assert answer.status_code == 302
    assert who(other) is not None


def test_what_is_over_leaves_no_address_behind(client, x):
    sign_in(client)
    Session.objects.update(expire_date="2020-01-01T00:00Z")
    assert UserSession.objects.count() == 1

    assert sessions.clear_ended(timezone.now()) == 1
    assert (Session.objects.count(), UserSession.objects.count()) == (0, 0)


def test_the_desk_signs_out_whoever_leaves_it_for_two_hours(client, x):
    sign_in(client)
    appoint(who(client), Role.HOST)
    fortnight = client.session.get_expiry_age()

    client.get("/desk/")

    assert (fortnight, client.session.get_expiry_age()) == (14 * 24 * 3600, 2 * 3600)


def test_groups_have_the_permissions_of_the_table(db):
    for role, by_model in roles.TABLE.items():
        wanted = {f"{action}_{label}" for label, actions in by_model.items() for action in actions}
        pairs = Group.objects.get(name=role).permissions.values_list("content_type__app_label", "codename")
        assert {name.replace("_", f"_{app}.", 1) for app, name in pairs} == wanted


def test_what_somebody_may_do_follows_from_their_roles_here(db):
    user = User.objects.create(username="tess")
    here = Community.objects.get(slug="wecops")
    appoint(user, Role.MODERATOR)
    appoint(user, Role.HOST)

    held = roles.held(user, here)
    allowed = roles.permissions(held)

    assert held == {Role.MODERATOR, Role.HOST}
    assert {"chats.change_tweet", "chats.add_question"} <= allowed
    assert "chats.delete_chat" not in allowed
    assert (roles.held(user, None), roles.permissions(frozenset())) == (frozenset(), frozenset())
