"""Members at the desk: found, kept out and let in again; who may do it, and the password that it takes."""

from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession

from accounts.models import Appointment, AuditEntry, Community, User
from accounts.roles import Role
from tests.factories.people import neighbour, person

pytestmark = pytest.mark.django_db
PASSWORD = "four plain words together"


@pytest.fixture(autouse=True)
def _first_step_only(settings):
    settings.TEAM_SECOND_STEP = False


def enter(client, user, *, typed=True):
    """Signed in, with a password typed a moment ago, or too long ago to count."""
    client.force_login(user)
    if typed:
        session = client.session
        record_authentication(SimpleNamespace(session=session, user=user), user, method="password")
        session.save()
    return client


@pytest.fixture
def moderator(client):
    return enter(client, person("mo", Role.MODERATOR))


def press(client, user, **told):
    return client.post(f"/desk/accounts/user/{user.pk}/press/", told)


def test_members_are_found_and_no_mail_address_or_password_is_shown(moderator):
    ann = person("ann", email="ann@example.org")
    person("bob", Role.HOST)

    page = moderator.get("/desk/accounts/user/", {"q": "ann"})
    shown = page.text + moderator.get(f"/desk/accounts/user/{ann.pk}/change/").text
    hosts = moderator.get("/desk/accounts/user/", {"who": "host"}).context["cl"].queryset

    assert [str(user) for user in page.context["cl"].queryset] == ["Ann"]
    assert [word in shown for word in ("@ann", "ann@example.org", "pbkdf2", "argon2")] == [True, False, False, False]
    assert [str(user) for user in hosts] == ["Bob"]


def test_roles_of_another_community_are_not_shown(moderator, settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    eve = person("eve", Role.ORGANISER, neighbour())

    (row,) = moderator.get("/desk/accounts/user/", {"q": "eve"}).context["cl"].queryset

    assert (row.pk, row.roles_here) == (eve.pk, [])


def test_whoever_is_blocked_is_signed_out_everywhere_and_stays_outside(moderator):
    ann = person("ann")
    theirs = type(moderator)()
    theirs.force_login(ann)
    assert theirs.get("/me/").status_code == 200

    without = press(moderator, ann, order="block", reason=" ")
    assert User.objects.get(pk=ann.pk).is_active
    press(moderator, ann, order="block", reason="Sent the same advert to forty people.")

    assert without.status_code == 302
    assert theirs.get("/me/").status_code == 302
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.before, entry.after, entry.note) == (
        "blocks", {"is_active": True}, {"is_active": False}, "Sent the same advert to forty people.",
    )  # fmt: skip
    assert entry.label == ""

    press(moderator, ann, order="unblock")
    assert User.objects.get(pk=ann.pk).is_active
    assert [each.verb for each in AuditEntry.objects.order_by("pk")] == ["blocks", "lets in again"]


def test_sessions_are_ended_from_the_desk(moderator):
    ann = person("ann")
    theirs = type(moderator)()
    ann.set_password(PASSWORD)
    ann.save(update_fields=["password"])
    theirs.post("/accounts/login/team/", {"login": "x-ann", "password": PASSWORD})
    assert UserSession.objects.filter(user=ann).count() == 1

    press(moderator, ann, order="sign-out")

    assert theirs.get("/me/").status_code == 302
    assert [each.verb for each in AuditEntry.objects.all()] == ["signs out everywhere"]


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MODERATOR, Role.ORGANISER, "superuser", "of another community"])
def test_a_moderator_blocks_nobody_of_a_team(moderator, role, settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    if role == "superuser":
        user = person("boss", is_superuser=True)
    else:
        user = person(
            "boss", role if role in Role.values else Role.ORGANISER, None if role in Role.values else neighbour()
        )

    assert press(moderator, user, order="block", reason="-").status_code == 403
    assert 'value="block"' not in moderator.get(f"/desk/accounts/user/{user.pk}/change/").text
    assert User.objects.get(pk=user.pk).is_active


def test_nobody_blocks_themselves_and_organisers_only_look(client):
    boss = person("boss", is_superuser=True)
    enter(client, boss)
    assert press(client, boss, order="block", reason="-").status_code == 403

    enter(client, person("org", Role.ORGANISER))
    ann = person("ann")
    page = client.get(f"/desk/accounts/user/{ann.pk}/change/")
    assert (page.status_code, "_save" in page.text, 'value="block"' in page.text) == (200, False, False)
    assert press(client, ann, order="block", reason="-").status_code == 403


def test_a_password_typed_long_ago_is_asked_for_again_and_what_was_sent_is_done_then(client):
    ann = person("ann")
    mo = person("mo", Role.MODERATOR)
    mo.set_password(PASSWORD)
    mo.save(update_fields=["password"])
    enter(client, mo, typed=False)

    asked = press(client, ann, order="block", reason="An advert.")
    assert unquote(asked["Location"]) == f"/accounts/reauthenticate/?next=/desk/accounts/user/{ann.pk}/press/"
    assert User.objects.get(pk=ann.pk).is_active

    done = client.post(asked["Location"], {"password": PASSWORD})
    assert (done.status_code, User.objects.get(pk=ann.pk).is_active) == (302, False)


def test_another_communitys_log_of_a_member_is_not_shown(moderator, settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    ann, other = person("ann"), neighbour()
    press(moderator, ann, order="block", reason="An advert.")
    address = f"/desk/accounts/user/{ann.pk}/history/"

    here = moderator.get(address).text
    enter(moderator, person("eve", Role.ORGANISER, other))
    next_door = moderator.get(address, headers={"host": "other.example"}).text

    assert ("An advert." in here, "An advert." in next_door) == (True, False)


def roles_form(user, **fields):
    community, role = Community.objects.get(slug="wecops"), fields.pop("role")
    return {
        "appointments-TOTAL_FORMS": 1, "appointments-INITIAL_FORMS": 0, "appointments-0-user": user.pk,
        "appointments-0-role": role, "appointments-0-community": community.pk, **fields,
    }  # fmt: skip


@pytest.mark.parametrize(("is_superuser", "given"), [(True, ["moderator"]), (False, [])])
def test_roles_are_given_by_superusers_only(client, is_superuser, given):
    ann = person("ann")
    role = Appointment.role.field.remote_field.model.objects.get(name="moderator").pk
    enter(client, person("boss", None if is_superuser else Role.ORGANISER, is_superuser=is_superuser))

    client.post(f"/desk/accounts/user/{ann.pk}/change/", roles_form(ann, role=role))

    assert [str(each.role) for each in ann.appointments.all()] == given
    assert [str(each.given_by) for each in ann.appointments.all()] == ["Boss"] * len(given)
    assert [(each.verb, each.after.get("role")) for each in AuditEntry.objects.all()] == [("adds", "moderator")] * len(
        given
    )
