"""The log: every act at the desk with before and after, nothing that was taken back, and nobody changes it."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from accounts.models import AuditEntry, Community, Page
from accounts.roles import Role
from chats.models import Chat, Recheck, Tweet
from tests.factories.chats import START, QuestionFactory
from tests.factories.people import neighbour, person
from tests.simulators.practice import practice, to_twarc_v2

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folders(settings, tmp_path):
    settings.TEAM_SECOND_STEP = False
    settings.UPLOAD_ROOT = str(tmp_path)


@pytest.fixture
def desk(client):
    client.force_login(person("ada", is_superuser=True))
    return client


def entries():
    """(verb, model, key is known, before, after, unsaid), oldest first."""
    return [
        (each.verb, each.model.split(".")[1], each.before, each.after, each.unsaid)
        for each in AuditEntry.objects.order_by("pk")
    ]


def form_of(chat, **fields):
    """What the chat's page sends when nothing is changed but ``fields``."""
    inlines = {f"{name}-{part}_FORMS": 0 for name in ("questions", "hosts") for part in ("TOTAL", "INITIAL")}
    return {
        "title": chat.title, "summary": chat.summary, "topic": "", "tags": "", "starts_at": "2026-11-18T21:00:00",
        "ends_at": "2026-11-18T22:00:00", "time_zone": chat.time_zone, "status": chat.status, "status_reason": "",
        "hashtags": "WeCops", "networks": chat.networks, "lead_in_minutes": 15, "tail_minutes": 90, **inlines, **fields,
    }  # fmt: skip


def test_a_form_says_what_was_there_before_and_what_is_there_now(desk, chat):
    answer = desk.post(f"/desk/chats/chat/{chat.pk}/change/", form_of(chat, title="Second night", tags="rest, sleep"))

    assert answer.status_code == 302
    before, after = {"title": "First night", "tags": []}, {"title": "Second night", "tags": ["rest", "sleep"]}
    assert entries() == [("changes", "chat", before, after, [])]
    entry = AuditEntry.objects.get()
    assert (str(entry.by), entry.community.slug, entry.key, entry.label) == (
        "Ada",
        "wecops",
        str(chat.pk),
        "Second night",
    )
    assert LogEntry.objects.count() == 0


def test_a_form_that_changes_nothing_adds_nothing(desk, chat):
    desk.post(f"/desk/chats/chat/{chat.pk}/change/", form_of(chat))

    assert entries() == []


def test_rows_of_a_form_are_told_one_by_one_and_their_words_left_out(desk, chat):
    kept, gone = QuestionFactory(chat=chat, number=1), QuestionFactory(chat=chat, number=2)
    inlines = {"questions-TOTAL_FORMS": 3, "questions-INITIAL_FORMS": 2, "questions-1-DELETE": "on"}
    for place, (key, number, text) in enumerate([(kept.pk, 4, "New words"), (gone.pk, 2, gone.text), ("", 3, "More")]):
        named = {"id": key, "chat": chat.pk, "number": number, "text": text, "planned_at": "", "asked_at": ""}
        inlines |= {f"questions-{place}-{name}": value for name, value in named.items()}

    answer = desk.post(f"/desk/chats/chat/{chat.pk}/change/", form_of(chat, **inlines))

    assert answer.status_code == 302
    assert entries() == [
        ("changes", "question", {"number": 1}, {"number": 4}, ["text"]),
        ("deletes", "question", {"number": 2}, {}, ["chat", "text"]),
        ("adds", "question", {}, {"number": 3}, ["chat", "text"]),
    ]
    assert {(each.within_model, each.within_key) for each in AuditEntry.objects.all()} == {("chats.chat", str(chat.pk))}
    assert "New words" not in str(list(AuditEntry.objects.values()))


def test_buttons_and_list_actions_are_told_like_forms(desk, chat):
    capture = chat.captures.create(source="x", query="#WeCops", why="hashtag", looked_at=START)
    Recheck.objects.create(network="x")
    pressed = [
        (f"chat/{chat.pk}/captures/", {"order": "pause"}),
        (f"capture/{capture.pk}/order/", {"order": "go-on"}),
        ("capture/", {"action": "pause", "_selected_action": [capture.pk]}),
        ("chat/", {"action": "go_on", "_selected_action": [chat.pk]}),
        ("recheck/", {"action": "check_now", "_selected_action": [Recheck.objects.get().pk]}),
    ]

    for path, told in pressed:
        desk.post(f"/desk/chats/{path}", told)

    told = [(verb, model, sorted({*before, *after})) for verb, model, before, after, _ in entries()]
    assert told == [
        ("pauses", "capture", ["paused_at"]),
        ("lets go on", "capture", ["next_due_at", "paused_at"]),
        ("pauses", "capture", ["next_due_at", "paused_at"]),
        ("lets go on", "capture", ["next_due_at", "paused_at"]),
        ("checks now", "recheck", ["next_due_at"]),
    ]


def test_a_file_handed_in_and_a_new_plan_are_told(desk, chat, settings):
    settings.X_BEARER_TOKEN = "token"
    file = SimpleUploadedFile("practice.jsonl", b"".join(to_twarc_v2(practice())))
    page = f"/desk/chats/chat/{chat.pk}/captures/"

    desk.post(page, {"order": "import", "file": file})
    desk.post(page, {"order": "replan"})

    assert [(verb, model) for verb, model, *_ in entries()] == [("hands in a file", "capture"), ("plans anew", "chat")]


def test_no_tweets_words_stand_in_the_log(desk, built):
    tweet = Tweet.objects.get(network_id="104")

    desk.post("/desk/chats/tweet/", {"action": "hold_back", "_selected_action": [tweet.pk]})
    desk.post("/desk/chats/tweet/", {"action": "clear", "_selected_action": [tweet.pk]})

    assert [verb for verb, *_ in entries()] == ["holds back", "clears of spam"]
    held = AuditEntry.objects.order_by("pk")[0]
    assert (held.before["withheld"], held.after["withheld"]) == ("", "quarantined")
    assert tweet.text not in str(list(AuditEntry.objects.values()))
    assert "sandwiches" not in str(list(AuditEntry.objects.values()))


def test_what_is_deleted_was_there(desk, chat):
    desk.post(f"/desk/chats/chat/{chat.pk}/delete/", {"post": "yes"})

    ((verb, model, before, after, _),) = entries()
    assert (verb, model, before["title"], after) == ("deletes", "chat", "First night", {})
    assert Chat.objects.count() == 0


def test_the_database_refuses_to_change_or_delete_an_entry(desk, chat):
    desk.post(f"/desk/chats/chat/{chat.pk}/delete/", {"post": "yes"})

    for refused in (lambda: AuditEntry.objects.update(verb="looks at"), AuditEntry.objects.all().delete):
        with pytest.raises(DatabaseError, match="The log is only added to"), transaction.atomic():
            refused()


def test_whoever_leaves_takes_their_name_out_of_it(desk, chat):
    desk.post(f"/desk/chats/chat/{chat.pk}/delete/", {"post": "yes"})
    AuditEntry.objects.get().by.delete()
    desk.force_login(person("eve", is_superuser=True))

    text = desk.get("/desk/accounts/auditentry/").text

    assert ("Ada" in text, "somebody who is gone" in text) == (False, True)


def test_the_log_reads_in_words_and_each_community_has_its_own(desk, chat, settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    other = neighbour()
    desk.post(f"/desk/chats/chat/{chat.pk}/change/", form_of(chat, title="<b>Second</b> night"))
    address = "/desk/accounts/auditentry/"

    desk.force_login(person("org", Role.ORGANISER))
    text = desk.get(address).text
    desk.force_login(person("stranger", Role.ORGANISER, other))
    next_door = desk.get(address, headers={"host": "other.example"})

    assert "<b>Title</b>: <bdi>First night</bdi>" in text
    assert "<bdi>&lt;b&gt;Second&lt;/b&gt; night</bdi>" in text
    assert next_door.context["cl"].result_count == 0


def test_dates_read_as_dates_and_what_only_looks_like_one_as_it_was_typed(desk, chat):
    fields = {"title": "2026-13-45T99:99", "summary": "2026-11-18T21:00", "ends_at": "2026-11-18T22:30:00"}
    desk.post(f"/desk/chats/chat/{chat.pk}/change/", form_of(chat, **fields))

    (told,) = desk.get(f"/desk/chats/chat/{chat.pk}/history/").context["entries"]

    assert {change.name: change.after for change in told.changes} == {
        "Title": "2026-13-45T99:99", "Summary": "2026-11-18T21:00", "Ends at": "18 Nov 2026, 22:30",
    }  # fmt: skip


def test_the_history_of_a_chat_tells_what_was_done_on_its_page(desk, chat):
    chat.captures.create(source="x", query="#WeCops", why="hashtag", looked_at=START)
    desk.post(f"/desk/chats/chat/{chat.pk}/captures/", {"order": "pause"})
    desk.post(f"/desk/chats/chat/{chat.pk}/change/", form_of(chat, title="Second night"))

    told = desk.get(f"/desk/chats/chat/{chat.pk}/history/").context["entries"]

    assert [each.entry.verb for each in told] == ["changes", "pauses"]
    assert [str(entry.verb) for entry in AuditEntry.objects.filter(by__name="Ada")] == ["changes", "pauses"]
    assert "What you did last" in desk.get("/desk/").text


def page_form(page, **fields):
    inlines = {f"revisions-{part}_FORMS": 0 for part in ("TOTAL", "INITIAL")}
    read = page.revisions.order_by("-number").first().number
    return {"title": page.title, "lede": page.lede, "text": page.text, "read": read, **inlines, **fields}


def test_a_pages_text_is_its_newest_revision_and_none_is_lost(client):
    client.force_login(person("ed", Role.EDITOR))
    page = Page.objects.get(path="/about/")
    address, first = f"/desk/accounts/page/{page.pk}/change/", page.text

    saved = client.post(address, page_form(page, text="## New\r\n\r\nWords."))
    again = client.post(address, page_form(page))
    late = client.post(address, page_form(page, text="Old eyes", read=2))

    assert (saved.status_code, again.status_code, late.status_code) == (302, 302, 200)
    assert "Somebody else has saved revision 3 meanwhile" in late.text
    assert [each.text for each in page.revisions.all()][1:] == [first, "## New\n\nWords."]
    assert str(page.revisions.get(number=3).author) == "Ed"
    assert entries() == [("writes", "revision", {}, {"number": 3}, ["page", "text", "author", "created_at"])]
    assert '<h2 id="new">New</h2>' in client.get("/about/").text


def test_sign_in_by_email_is_turned_on_at_the_desk(desk):
    community = Community.objects.get()
    page = f"/desk/accounts/community/{community.pk}/change/"
    form = desk.get(page).context["adminform"].form
    told = {name: "" if (value := form[name].value()) is None else value for name in form.fields}

    desk.post(page, {**told, "has_email_sign_in": "on"})

    community.refresh_from_db()
    entry = AuditEntry.objects.get()
    assert community.has_email_sign_in
    assert (entry.before, entry.after) == ({"has_email_sign_in": False}, {"has_email_sign_in": True})


def test_a_community_is_changed_by_superusers_and_deleted_by_nobody(desk):
    key = Community.objects.get().pk

    assert desk.get(f"/desk/accounts/community/{key}/delete/").status_code == 403
    desk.force_login(person("org", Role.ORGANISER))
    assert desk.get(f"/desk/accounts/community/{key}/change/").status_code == 403
