"""What the desk shows to whom: roles of this community, a host's own chats, nothing of another community."""

import pytest
from django.contrib.contenttypes.models import ContentType

from accounts.models import TeamMember, User
from accounts.roles import Role
from chats import lifecycle
from chats.models import Capture, Chat, Tweet
from tests.factories.chats import START, ChatFactory, QuestionFactory, TweetFactory
from tests.factories.people import neighbour, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _first_step_only(settings):
    settings.TEAM_SECOND_STEP = False
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]


@pytest.fixture
def other():
    return neighbour()


@pytest.fixture
def theirs(other):
    """A chat of the other community, with a row of every kind."""
    chat = ChatFactory(title="Not yours", slug="not-yours", community=other)
    QuestionFactory(chat=chat, number=1)
    TweetFactory(chat=chat, text="Not yours to read")
    chat.captures.create(source="x", query="#Other", why="hashtag", next_due_at=START)
    return chat


def as_role(client, role, **more):
    user = person(f"{role}-here", role, **more)
    client.force_login(user)
    return user


def keys(answer):
    return [row.pk for row in answer.context["cl"].queryset]


def test_staff_of_no_community_find_no_list_at_the_desk(client):
    client.force_login(person("clerk", is_staff=True))

    assert client.get("/desk/", follow=True).status_code == 403
    assert client.get("/desk/chats/chat/").status_code == 302


def test_whoever_may_only_look_presses_nothing(client, chat):
    as_role(client, Role.EDITOR)
    capture = chat.captures.create(source="x", query="#WeCops", why="hashtag", next_due_at=START)
    TweetFactory(chat=chat)

    page = client.get(f"/desk/chats/capture/{capture.pk}/change/")
    captures = client.get(f"/desk/chats/chat/{chat.pk}/captures/")
    pressed = [
        client.post(f"/desk/chats/capture/{capture.pk}/order/", {"order": "pause"}).status_code,
        client.post(f"/desk/chats/chat/{chat.pk}/captures/", {"order": "pause"}).status_code,
    ]
    client.post("/desk/chats/capture/", {"action": "pause", "_selected_action": [capture.pk]})
    client.post("/desk/chats/chat/", {"action": "pause", "_selected_action": [chat.pk]})
    client.post("/desk/chats/tweet/", {"action": "hold_back", "_selected_action": [Tweet.objects.get().pk]})

    assert (page.status_code, captures.status_code, pressed) == (200, 200, [403, 403])
    assert ('name="order"' in page.text, 'name="order"' in captures.text) == (False, False)
    assert Capture.objects.get().paused_at is None
    assert Tweet.objects.get().withheld == ""


@pytest.mark.parametrize("name", ["chat", "capture", "tweet"])
def test_a_host_sees_own_chats_and_what_belongs_to_them(client, name):
    user = as_role(client, Role.HOST)
    own, another = ChatFactory(title="Mine"), ChatFactory(title="Another's")
    own.hosts.create(handle="me", name="Me", user=user)
    own.hosts.create(handle="me-too", name="Me", user=user)
    for chat in (own, another):
        chat.captures.create(source="x", query="#WeCops", why="hashtag", error_code="unavailable", error="Out of order")
        TweetFactory(chat=chat)
    rows = {"chat": [own], "capture": own.captures.all(), "tweet": own.tweets.all()}[name]

    assert keys(client.get(f"/desk/chats/{name}/")) == [row.pk for row in rows]
    incidents = client.get("/desk/").context["incidents"]
    assert [incident.chat for incident in incidents] == [own]
    assert client.get(f"/desk/chats/chat/{another.pk}/captures/").status_code == 404
    assert client.get(f"/desk/chats/chat/{another.pk}/change/").headers["Location"] == "/desk/"


def test_chats_are_tied_to_a_host_once_and_in_one_community(chat, theirs):
    user, another = person("kit"), person("another")
    for each, tied in ((chat, None), (ChatFactory(), another), (theirs, None)):
        each.hosts.create(handle="Kit", name="Kit", user=tied)

    assert lifecycle.tie_hosts(chat.community, user) == 1
    assert [host.chat for host in user.hosted.all()] == [chat]
    assert lifecycle.tie_hosts(chat.community, User()) == 0


def test_another_communitys_rows_are_not_there(client, chat, theirs):
    as_role(client, Role.ORGANISER)
    capture, tweet = theirs.captures.get(), theirs.tweets.get()
    TeamMember.objects.create(community=theirs.community, name="Theirs", role="-", joined_on=START.date())

    lists = {name: keys(client.get(f"/desk/{name}/")) for name in ("chats/chat", "chats/tweet", "accounts/teammember")}
    pages = [f"chat/{theirs.pk}/change/", f"chat/{theirs.pk}/delete/", f"chat/{theirs.pk}/history/"]
    found = [client.get(f"/desk/chats/{page}").status_code for page in (*pages, f"capture/{capture.pk}/change/")]
    pressed = client.post(f"/desk/chats/capture/{capture.pk}/order/", {"order": "pause"}).status_code
    client.post("/desk/chats/tweet/", {"action": "hold_back", "_selected_action": [tweet.pk]})
    client.post("/desk/chats/chat/", {"action": "delete_selected", "_selected_action": [theirs.pk], "post": "yes"})

    assert lists == {"chats/chat": [chat.pk], "chats/tweet": [], "accounts/teammember": []}
    assert (found, pressed) == ([302] * 4, 404)
    assert client.get(f"/desk/chats/chat/{theirs.pk}/captures/").status_code == 404
    tweet.refresh_from_db()
    assert (tweet.withheld, Chat.objects.count()) == ("", 2)


def test_nothing_is_made_for_or_tied_to_another_community(client, chat, theirs):
    as_role(client, Role.ORGANISER)
    topic = theirs.community.topics.create(slug="theirs", name="Their topic")

    form = client.get("/desk/chats/chat/add/").context["adminform"].form
    choices = {name: [str(row) for row in form.fields[name].queryset] for name in ("community", "topic")}
    listed = client.get("/desk/chats/chat/").text
    offered = client.get("/desk/autocomplete/?app_label=chats&model_name=chat&field_name=topic").json()["results"]
    made = client.post("/desk/chats/topic/add/", {"name": "Ours", "slug": "ours", "community": theirs.community.pk})

    assert choices == {"community": ["WeCops"], "topic": []}
    assert ("Their topic" in listed, offered) == (False, [])
    assert "not one of the available choices" in made.text
    assert list(theirs.community.topics.all()) == [topic]


def test_a_superuser_sees_every_community(client, chat, theirs):
    client.force_login(person("root", is_superuser=True))

    assert sorted(keys(client.get("/desk/chats/chat/"))) == sorted([chat.pk, theirs.pk])


def test_the_same_organiser_is_nobody_next_door(client, chat, theirs):
    as_role(client, Role.ORGANISER)

    assert client.get("/desk/chats/chat/", headers={"host": "other.example"}).status_code == 302


def test_a_host_presses_nothing_that_costs_money(client, chat):
    user = as_role(client, Role.HOST)
    chat.hosts.create(handle="me", name="Me", user=user)

    page = client.get(f"/desk/chats/chat/{chat.pk}/captures/")

    assert (page.status_code, 'name="order"' in page.text) == (200, False)
    assert client.post(page.request["PATH_INFO"], {"order": "replan"}).status_code == 403


def test_hosts_are_tied_to_members_by_who_may_look_among_them(client, chat):
    shown = {}
    for role in (Role.ORGANISER, Role.EDITOR):
        as_role(client, role)
        shown[role] = 'name="hosts-0-user"' in client.get(f"/desk/chats/chat/{chat.pk}/change/").text

    assert shown == {Role.ORGANISER: True, Role.EDITOR: False}


@pytest.mark.parametrize(
    "asked",
    [
        "user/?password__startswith=p", "user/?email__startswith=ann", "user/?id__gt=0", "mail/?text__contains=654",
        "mail/?html__contains=654", "mail/?user__password__startswith=p", "auditentry/?by__email__startswith=ann",
        "teammember/?user__password__startswith=p",
    ],
)  # fmt: skip
def test_nothing_is_guessed_by_narrowing_a_list(client, asked):
    as_role(client, Role.ORGANISER)

    assert client.get(f"/desk/accounts/{asked}").status_code == 400


@pytest.mark.parametrize(
    "asked",
    [
        "accounts/user/?who=host", "accounts/mail/?status__exact=sent&kind__exact=action",
        "accounts/auditentry/?verb=adds&at__year=2026", "accounts/teammember/?left_on__isempty=1",
        "chats/chat/?status__exact=live&topic__id__exact=1&starts_at__year=2026&starts_at__month=11",
        "chats/tweet/?withheld__exact=quarantined&chat__id__exact=1", "chats/capture/?state=paused&from=x",
        "chats/ingestrun/?end=well", "chats/spending/?day__year=2026",
    ],
)  # fmt: skip
def test_lists_are_narrowed_by_what_they_offer(client, asked):
    as_role(client, Role.ORGANISER)

    assert client.get(f"/desk/{asked}").status_code == 200


def test_whoever_signs_in_after_pressing_a_button_comes_back_to_its_page(client, chat):
    client.force_login(person("root", is_superuser=True))
    capture = chat.captures.create(source="x", query="#WeCops", why="hashtag", next_due_at=START)
    rows = [f"chats/capture/{capture.pk}/order/", "accounts/mail/7/order/", "accounts/user/7/press/"]

    led = [client.get(f"/desk/{row}").headers.get("Location") for row in rows]
    ended = [client.get(f"/accounts/sessions/{which}end/").headers.get("Location") for which in ("", "7/")]

    assert led == [f"/desk/{row.rsplit('/', 2)[0]}/change/" for row in rows]
    assert ended == ["/accounts/2fa/"] * 2


def test_the_address_of_a_row_is_told_on_its_page_only(client, chat, theirs):
    as_role(client, Role.ORGANISER)
    kind = ContentType.objects.get_for_model(Chat).pk

    page = client.get(f"/desk/chats/chat/{chat.pk}/change/").text
    asked = client.get(f"/desk/r/{kind}/{theirs.pk}/")

    assert f'<a href="{chat.get_absolute_url()}" class="viewsitelink">' in page
    assert asked.status_code == 404
