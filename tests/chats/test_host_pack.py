"""The host pack: for its hosts and the team alone, ticked by all of them together, found from wherever they are."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import roles
from accounts.models import Mail
from chats import lifecycle, proposals
from chats.lifecycle import letters
from chats.models import Chat, Preparation, Status
from tests.browsing import NARROW, is_too_wide, violations
from tests.factories.chats import QuestionFactory, wecops
from tests.factories.people import person
from tests.factories.proposals import accepted, evenings, member

pytestmark = pytest.mark.django_db

WIDER = 1.12  # on other computers the same words take more room
NASTY = '<img src=x onerror="alert(1)"> & "so" \u202e on'


@pytest.fixture
def nell():
    return member("Nell Harrow")


@pytest.fixture
def chat(nell):
    now = timezone.now()
    starts_at = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=10)
    chat = lifecycle.schedule(
        wecops(), "reading-the-comments", title="Reading the comments", starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
    )  # fmt: skip
    lifecycle.add_host(chat, "nell", name="Nell Harrow", user=nell)
    lifecycle.add_host(chat, "sam_oduvale", name="Sam Oduvale")
    QuestionFactory(chat=chat, number=1, text="What helps?", planned_at=starts_at + timedelta(minutes=5))
    return chat


@pytest.fixture
def page(client, nell, chat):
    """What Nell gets there."""
    client.force_login(nell)
    return lambda: client.get(chat.pack_path).text


def test_the_pack_holds_what_a_host_needs(page, chat, django_assert_num_queries):
    with django_assert_num_queries(9):
        text = page()

    question = "Q1 What helps? Answer with A1 and #WeCops"
    for words in ("What to do, and when", "0 of 16 done", question):
        assert words in text
    assert f"{len(question)} of 280" in re.findall(r"\d+ of 280", text)
    assert len(re.findall("<textarea", text)) == 8
    assert text.count("https://x.com/intent/tweet?text=") == 8
    assert f'href="{chat.pack_path}print/"' in text
    assert f"http://127.0.0.1:8000{chat.get_absolute_url()}" in text
    assert "Write to the team" not in text  # nobody offered it


def test_hosts_tick_together(client, page, chat):
    lifecycle.tick(chat, {"care", "questions"}, set())

    client.post(chat.pack_path, {"shown": ["questions"], "task": ["questions", "invited", "nonsense"]})
    answer = client.post(chat.pack_path, {"shown": ["questions", "invited"], "task": ["questions"]})

    assert answer.headers["Location"] == f"{chat.pack_path}#list"
    assert set(Preparation.objects.values_list("task", flat=True)) == {"care", "questions"}
    assert "2 of 16 done" in page()


def test_words_of_others_stay_words(client, page, chat):
    Chat.objects.filter(pk=chat.pk).update(title=NASTY, summary=NASTY, status=Status.MOVED, status_reason=NASTY)
    chat.hosts.update(name=NASTY)
    chat.questions.update(text=NASTY)

    texts = [page(), client.get(f"{chat.pack_path}print/").text]

    assert [text.count("<img") for text in texts] == [0, 0]
    assert all("&lt;img src=x" in text for text in texts)


def test_one_file_holds_all_texts(client, page, chat):
    answer = client.get(f"{chat.pack_path}texts.txt")

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'inline; filename="reading-the-comments.txt"'
    assert "Q1 What helps? Answer with A1 and #WeCops\n" in answer.text
    assert answer.text.count("\n\n\n") == 7


def test_a_cancelled_chat_has_only_that_to_say(client, page, chat):
    lifecycle.cancel(chat, "Everybody is ill.", now=timezone.now())

    text = page()

    assert client.get(f"{chat.pack_path}print/")["Location"] == chat.pack_path
    assert ("Called off," in text, text.count("<textarea"), "Save ticks" in text) == (True, 2, False)


def test_the_next_chat_is_the_one_after_it(page, chat):
    starts_at = chat.starts_at + timedelta(days=14)
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
    lifecycle.cancel(lifecycle.schedule(wecops(), "no", title="Not this", **times), "Ill.", now=timezone.now())
    lifecycle.schedule(wecops(), "after", title="What comes after", **times)

    text = page()

    assert ("What comes after" in text, "Not this" in text) == (True, False)


def test_hosts_find_their_packs_on_their_own_page(client, nell, chat):
    client.force_login(nell)

    assert f'href="{chat.pack_path}"' in client.get("/me/").text
    Chat.objects.filter(pk=chat.pk).update(
        starts_at=timezone.now() - timedelta(days=9), ends_at=timezone.now() - timedelta(days=8)
    )
    assert "Chats I host" not in client.get("/me/").text


def test_the_desk_leads_to_the_pack(client, chat, settings):
    settings.TEAM_SECOND_STEP = False
    client.force_login(person("olive", roles.Role.ORGANISER))

    assert f'href="{chat.pack_path}"' in client.get(f"/desk/chats/chat/{chat.pk}/change/").text
    assert "Open it at the desk" in client.get(chat.pack_path).text


def test_letters_to_hosts_lead_to_the_pack_and_others_do_not(nell, chat):
    letters.of_chat("host_reminder", chat, letters.hosts(chat))
    letters.of_chat("coming_reminder", chat, letters.hosts(chat))

    texts = Mail.objects.order_by("pk").values_list("text", flat=True)
    assert [f"http://127.0.0.1:8000{chat.pack_path}" in text for text in texts] == [True, False]


def test_what_was_offered_is_told_to_its_hosts(client, nell):
    now = timezone.now()
    proposal = accepted(nell, evenings(now), now=now)
    proposals.write(proposal, now=now, care="Some of us have been the family.")
    chat = proposals.confirm(proposal, now=now)
    client.force_login(nell)

    text = client.get(chat.pack_path).text

    assert "Some of us have been the family. Come and go as you need." in text
    assert f'href="{proposal.get_absolute_url()}"' in text


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_sheet_is_one_page_and_the_copy_button_copies(client, nell, chat, visit):
    """With the longest title, the most hosts, questions as long as tweets and fonts wider than here."""
    Chat.objects.filter(pk=chat.pk).update(title=("Nights and days " * 10)[:160])
    for number in range(6):
        lifecycle.add_host(chat, f"host_{number}", name=("Chief Superintendent Long-Name " * 3)[:90])
    text = ("What would you have done there, and what did it take? " * 6)[:280]
    for number in range(1, 7):
        lifecycle.declare_question(chat, number, text, planned_at=chat.starts_at + timedelta(minutes=8 * number))
    client.force_login(nell)
    (signed_in,) = client.cookies.values()
    cookie = {"name": signed_in.key, "value": signed_in.value, "domain": "127.0.0.1", "path": "/"}
    known = {"storage_state": {"cookies": [cookie | {"secure": False}], "origins": []}}

    def copied(page):
        button = page.get_by_role("button", name=re.compile("Copy.*Question 2"))
        button.click()
        page.get_by_role("status").filter(has_text="Copied: Question 2").wait_for()
        return page.evaluate("navigator.clipboard.readText()"), is_too_wide(page), violations(page)

    sheet = visit(f"{chat.pack_path}print/", lambda page: page.pdf(prefer_css_page_size=True, scale=WIDER), **known)
    may = {"permissions": ["clipboard-read", "clipboard-write"]}
    words, *wrong = visit(chat.pack_path, copied, width=NARROW, **known, **may)

    for number in range(7, 31):
        lifecycle.declare_question(chat, number, text)
    longest = visit(f"{chat.pack_path}print/", lambda page: page.pdf(prefer_css_page_size=True, scale=WIDER), **known)

    assert [len(re.findall(rb"/Type\s*/Page\b", pages)) for pages in (sheet, longest)] == [1, 1]
    assert (words.split()[0], words.split()[-1], wrong) == ("Q2", "#WeCops", [False, []])
    assert not visit(
        chat.pack_path,
        lambda page: page.get_by_role("button", name="Copy").first.is_visible(),
        java_script_enabled=False,
        **known,
    )
