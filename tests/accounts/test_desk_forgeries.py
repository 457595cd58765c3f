"""What somebody sends by hand, beyond what the desk shows them -> nothing is changed."""

import pytest

from accounts.models import AuditEntry
from accounts.roles import Role
from chats.models import Chat
from tests.factories.chats import ChatFactory, QuestionFactory
from tests.factories.people import neighbour, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _first_step_only(settings):
    settings.TEAM_SECOND_STEP = False


@pytest.fixture
def own(client):
    """The chat of a host who is at the desk."""
    chat, user = ChatFactory(title="Mine"), person("host", Role.HOST)
    chat.hosts.create(handle="host", name="Host", user=user)
    client.force_login(user)
    return chat


def form_of(chat, **fields):
    inlines = {f"{name}-{part}_FORMS": 0 for name in ("questions", "hosts") for part in ("TOTAL", "INITIAL")}
    return {
        "title": chat.title, "summary": "", "topic": "", "tags": "", "starts_at": "2026-11-18T21:00:00",
        "ends_at": "2026-11-18T22:00:00", "time_zone": chat.time_zone, "status": chat.status, "status_reason": "",
        "hashtags": "WeCops", "networks": ["x"], "lead_in_minutes": 15, "tail_minutes": 90, **inlines, **fields,
    }  # fmt: skip


def test_a_question_of_another_chat_is_not_changed_through_ones_own(client, own):
    question = QuestionFactory(chat=ChatFactory(community=neighbour()), number=1, text="Theirs")
    named = {"id": question.pk, "chat": own.pk, "number": 1, "text": "Mine now"}
    rows = {f"questions-0-{name}": value for name, value in named.items()}
    count = {"questions-TOTAL_FORMS": 1, "questions-INITIAL_FORMS": 1}

    client.post(f"/desk/chats/chat/{own.pk}/change/", form_of(own, **count, **rows))

    question.refresh_from_db()
    assert (question.text, own.questions.count()) == ("Theirs", 0)


def test_a_host_makes_nobody_a_host_and_throws_nothing_away(client, own):
    more = {"hosts-TOTAL_FORMS": 1, "hosts-0-handle": "friend", "hosts-0-name": "Friend", "hosts-0-position": 0}

    client.post(f"/desk/chats/chat/{own.pk}/change/", form_of(own, **more))
    client.post(f"/desk/chats/chat/{own.pk}/delete/", {"post": "yes"})
    client.post("/desk/chats/chat/", {"action": "delete_selected", "_selected_action": [own.pk], "post": "yes"})

    assert [host.handle for host in Chat.objects.get().hosts.all()] == ["host"]


def test_an_organiser_makes_nobody_a_superuser_and_nothing_up_in_the_log(client):
    user = person("org", Role.ORGANISER)
    client.force_login(user)
    inlines = {f"appointments-{part}_FORMS": 0 for part in ("TOTAL", "INITIAL")}

    changed = client.post(f"/desk/accounts/user/{user.pk}/change/", {"is_superuser": "on", **inlines})
    added = client.post("/desk/accounts/auditentry/add/", {"verb": "pauses"})

    user.refresh_from_db()
    assert (changed.status_code, added.status_code) == (403, 403)
    assert (user.is_superuser, AuditEntry.objects.count()) == (False, 0)


def test_nobody_asks_by_what_they_may_not_see(client, own):
    answers = [
        client.get(f"/desk/chats/chat/?{asked}=x").status_code for asked in ("community__slug", "hosts__user__password")
    ]

    assert answers == [400, 400]
