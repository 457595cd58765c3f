"""The desk: who may come in, what its pages allow a browser to do, and what is wrong told at its top."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.db.models import DateTimeField
from django.utils import timezone

from accounts import audit, crisis, leases, outbox, staff
from accounts.admin.base import AtDesk, ReadOnly, Titled
from accounts.admin.named import Moment, Named
from accounts.models import Mail, User
from accounts.roles import Role
from blog.models import Kind, PostStatus, Standing
from chats import proposals
from chats.models import Capture
from tests.accounts.posting import composed
from tests.factories.blog import PostFactory
from tests.factories.chats import START, wecops
from tests.factories.people import neighbour, person
from tests.factories.proposals import evenings, member, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def desk(client):
    """A browser of somebody who may do everything."""
    client.force_login(staff.appoint("sunil", "a long password", name="Sunil"))
    return client


@pytest.mark.parametrize("path", ["", "chats/chat/", "chats/capture/", "chats/tweet/", "nowhere/"])
def test_whoever_is_not_known_is_sent_to_the_log_in(client, path):
    response = client.get(f"/desk/{path}")

    assert (response.status_code, response["Location"]) == (302, f"/desk/login/?next=/desk/{path}")


def test_a_member_is_refused(client):
    client.force_login(User.objects.create_user("ann", password="a long password"))

    assert client.get("/desk/chats/chat/").status_code == 302
    refused = client.get("/desk/login/?next=/desk/")
    assert (refused.status_code, "hosts and the team" in refused.text) == (403, True)


def test_only_the_desk_runs_scripts_and_only_our_own(client):
    desk, public = (client.get(path)["Content-Security-Policy"] for path in ("/desk/", "/chats/archive/"))

    assert "script-src" not in public
    assert desk == f"{public}; script-src 'self'"


def test_the_desk_keeps_nothing_in_caches(desk):
    assert "no-store" in desk.get("/desk/")["Cache-Control"]


def test_the_lists_read_in_our_words_and_order(desk):
    apps = desk.get("/desk/").context["app_list"]

    assert {app["name"]: [model["name"] for model in app["models"]] for app in apps} == {
        "Archive": [
            "Proposals", "Chats", "Slots", "Series", "Events", "Captures", "Runs", "Tweets", "Corrections",
            "Re-checks", "Spending", "Topics", "Handed on",
        ],
        "Blog": [
            "Posts", "Pieces by members", "Those who sign", "Old addresses", "Stories", "Comments", "Videos",
            "Newsletters", "Other sites",
        ],
        "The house": ["Members", "Mail", "Team", "Pages", "Communities", "Crisis switch", "Log"],
    }  # fmt: skip


def test_every_list_goes_by_role_has_its_rule_for_the_log_and_names_every_field(rf, desk):
    request = rf.get("/desk/")
    request.user = User.objects.get()
    for model, list_ in admin.site._registry.items():
        inlines = [inline(model, admin.site) for inline in list_.inlines]
        fields = [
            each.formfield_for_dbfield(field, request)
            for each in (list_, *inlines)
            for field in each.model._meta.concrete_fields
            if isinstance(field, DateTimeField) and field.editable
        ]

        assert isinstance(list_, Titled), model
        assert isinstance(list_, ReadOnly) or model._meta.label_lower in audit.KEPT, model
        assert [inline for inline in inlines if not issubclass(inline.formset, Named)] == []
        assert [inline for inline in inlines if not isinstance(inline, AtDesk)] == []
        assert {type(field.widget) for field in fields} <= {Moment}, model


def test_all_is_well_until_something_is_not_and_again_when_it_is_mended(desk, chat):
    leases.record_tick("plan")
    capture = chat.captures.create(source="x", query="#WeCops", why="hashtag", completed_at=START)
    well = "All is well."
    assert well in desk.get("/desk/").text

    Capture.objects.update(error_code="unavailable", error="X is <out> of order.")
    told = desk.get("/desk/").text
    Capture.objects.filter(pk=capture.pk).update(error_code="", error="")

    assert well not in told
    assert "X is &lt;out&gt; of order." in told
    assert f'<a href="/desk/chats/chat/{chat.pk}/captures/">First night</a>' in told
    assert "<code>unavailable</code>" in told
    assert well in desk.get("/desk/").text


def test_a_proposal_that_nobody_answers_for_a_week_is_told(desk):
    leases.record_tick("plan")
    now = leases.clock()
    offered = now - timedelta(days=8)
    row = submitted(member("Nell Harrow"), evenings(now), now=offered)

    told = desk.get("/desk/").text
    proposals.decline(row, "Too near the last one.", now=now)

    assert "1 proposal has waited for the team for a week. Decide under Proposals." in told
    assert "All is well." in desk.get("/desk/").text


def test_what_waits_to_be_read_is_told_to_whoever_decides_about_it(client, settings):
    settings.TEAM_SECOND_STEP = False
    leases.record_tick("plan")
    post = PostFactory(kind=Kind.COLLABORATIVE, event_starts_at=START, event_ends_at=START + timedelta(hours=1))
    PostFactory(status=PostStatus.REVIEW, published_at=None)
    PostFactory(community=neighbour(), status=PostStatus.REVIEW, published_at=None)
    piece = {"user": person("sam"), "text": "Mine.", "html": "<p>Mine.</p>", "created_at": timezone.now()}
    for standing in (Standing.HELD, Standing.SHOWN):
        post.contributions.create(**piece, standing=standing)

    told = {}
    for role in (Role.EDITOR, Role.MODERATOR):
        client.force_login(person(role.value, role))
        page = client.get("/desk/")
        told[role] = [each.said for each in page.context["incidents"]]
        assert '<a href="/desk/blog/contribution/#result_list"><bdi>' in page.text

    pieces = "1 piece by a member waits to be read. Do so under Pieces by members."
    posts = "1 post is in review: see Posts, and Stories for what members tell."
    assert told == {Role.EDITOR: [pieces, posts], Role.MODERATOR: [pieces]}


def test_the_team_is_told_that_the_crisis_switch_is_on(client, settings):
    """Or whoever schedules a post wonders why it never came out."""
    settings.TEAM_SECOND_STEP = False
    leases.record_tick("plan")
    position = crisis.Position(pauses_posts=True, pauses_newsletters=True)
    crisis.switch(wecops(), position, reason="-", by=None, now=timezone.now())
    crisis.switch(neighbour(), crisis.Position(notice="Elsewhere."), reason="-", by=None, now=timezone.now())

    pages = {}
    for role in (Role.EDITOR, Role.ORGANISER, Role.HOST):
        client.force_login(person(role.value, role))
        pages[role] = client.get("/desk/").text

    said = "The crisis switch is on: scheduled posts wait and newsletters wait."
    way = '<a href="/desk/accounts/crisis/"><bdi>'
    assert [said in page for page in pages.values()] == [True, True, False]
    assert [way in page for page in pages.values()] == [False, True, False]


def test_mail_that_waits_for_a_person_is_told_until_somebody_decides(desk):
    leases.record_tick("plan")
    composed()
    Mail.objects.update(status="failed", error_code="refused", next_due_at=None)

    told = desk.get("/desk/").text
    outbox.discard(Mail.objects.get())

    assert "1 letter could not be delivered." in told
    assert "<code>mail_failed</code>" in told
    assert "All is well." in desk.get("/desk/").text
