"""The desk's pages about mail: who may, reads, edits, sends, discards; a letter is shown, and can do nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import outbox, roles, staff
from accounts.admin import mails
from accounts.models import AuditEntry, Mail, User
from accounts.outbox import File, Post, To
from accounts.roles import Role
from tests.accounts.posting import NEWS, composed, delivered, mail_server

pytestmark = pytest.mark.django_db

LIST = "/desk/accounts/mail/"
DRAFT = Post(is_held=True)


@pytest.fixture
def desk(client):
    client.force_login(staff.appoint("sunil", "a long password", name="Sunil"))
    return client


def page(mail, name="change"):
    return f"{LIST}{mail.pk}/{name}/"


def said_to(response):
    return [str(message) for message in response.context["messages"]]


def press(desk, mail, order):
    return said_to(desk.post(page(mail, "order"), {"order": order}, follow=True))


def act(desk, action, *mails):
    chosen = {"action": action, "_selected_action": [mail.pk for mail in mails]}
    return said_to(desk.post(LIST, chosen, follow=True))


def test_a_held_letter_is_read_edited_and_sent(desk):
    mail = composed(post=DRAFT, files=[File("chat.ics", "text/calendar", b"x")])
    words = {"to": "bob@reader.example", "name": "Bob", "subject": "Another", "text": "Hello\n=====\n\nOther words"}

    shown = desk.get(page(mail)).text
    assert "chat.ics" in shown
    assert "Somebody, we hope you, told WeCops" in shown
    edited = said_to(desk.post(page(mail), words, follow=True))
    pressed = press(desk, mail, "send")
    with mail_server() as server:
        delivered()

    assert edited == [f'The letter “<a href="{page(mail)}">Another</a>” was changed successfully.']
    assert pressed == ["“Another” to bob@reader.example is sent with the next bag."]
    assert [(letter.to, letter.message["Subject"]) for letter in server.delivered] == [
        ("bob@reader.example", "Another")
    ]
    assert "Other words" in server.delivered[0].message.get_body(["html"]).get_content()
    assert list(AuditEntry.objects.values_list("verb", "before", "after")) == [
        ("sends a letter", {"status": "draft"}, {"status": "waiting"}),
        ("changes", {}, {}),  # that its words changed, and never the words
    ]


def test_what_cannot_be_sent_is_said_beside_the_form(desk):
    mail = composed(post=DRAFT)
    words = {"to": mail.to, "name": "Bob\r\nBcc: x", "subject": "Another", "text": "Words"}

    responses = [desk.post(page(mail), {**words, "name": "Bob\x00"}), desk.post(page(mail), {**words, "text": " \n "})]
    beside = desk.post(page(mail), {**words, "name": "", "text": "Hello\n====="})

    assert [response.status_code for response in responses] == [200, 200]
    assert beside.context["adminform"].form.non_field_errors() == ["A mail has a subject and a text."]
    assert Mail.objects.get().subject == mail.subject


def test_what_has_been_sent_can_be_read_and_not_changed(desk):
    mail = composed()
    with mail_server():
        delivered()

    response = desk.get(page(mail))
    changed = desk.post(page(mail), {"to": "x@y.example", "name": "", "subject": "Another", "text": "Other"})

    assert "<textarea" not in response.text
    assert "<button" not in response.text.partition('<div id="content-main"')[2]
    assert changed.status_code == 403
    assert Mail.objects.get().subject == mail.subject


def test_several_are_sent_or_discarded_at_once_and_what_cannot_be_is_named(desk):
    first, second, third = (composed(To(f"{number}@reader.example"), DRAFT) for number in range(3))
    subject = "“Is this you? Please confirm your address” to"

    assert act(desk, "send", first, second) == ["2 letters are sent with the next bag."]
    assert act(desk, "discard", third) == [f"{subject} 2@reader.example is discarded."]
    assert act(desk, "again", first) == [
        f"{subject} 0@reader.example: Only what failed or is unsure can be sent again. This mail is waiting."
    ]
    assert [Mail.objects.get(pk=mail.pk).status for mail in (first, second, third)] == [
        "waiting",
        "waiting",
        "discarded",
    ]


def test_a_letter_is_shown_with_its_styles_and_locked_in(desk):
    mail = composed()

    response = desk.get(page(mail, "letter"))

    policy = response["Content-Security-Policy"]
    assert response.content.decode() == mail.html
    assert policy == "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
    assert "no-store" in response["Cache-Control"]


def test_words_that_are_gone_are_not_shown(desk):
    mail = composed()
    Mail.objects.update(text="", html="", emptied_at=timezone.now())

    assert desk.get(page(mail, "letter")).text == mails.NOT_KEPT
    assert mails.NOT_KEPT in desk.get(page(mail)).text


@pytest.mark.parametrize("name", ["change", "letter", "order"])
def test_mail_is_nothing_for_others(client, name):
    mail = composed()
    host = User.objects.create(username="host")
    roles.give(host, Role.HOST, mail.community, now=mail.created_at)
    client.force_login(host)

    got = client.get(page(mail, name), follow=True)
    answers = [got.status_code, client.post(page(mail, name), {"order": "send"}).status_code]

    assert set(answers) <= {403, 404, 405}
    assert client.get(LIST).status_code == 403


NOW = timezone.now()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"status": "draft"}, ("brand", "draft", "until somebody sends it")),
        ({"next_due_at": NOW}, ("brand", "waiting", "for the next bag")),
        ({"next_due_at": NOW, "lease_until": NOW + timedelta(seconds=9)}, ("brand", "leaving", "")),
        ({"status": "sending"}, ("live", "sending", "the mail server has not answered yet")),
        ({"status": "failed", "error": "Nobody there."}, ("bad", "failed", "Nobody there.")),
        ({"status": "unsure", "error": "Silence."}, ("bad", "unsure", "Silence. Send it again, or discard it.")),
        (
            {"status": "unsure", "error": "Silence.", "next_due_at": NOW},
            ("bad", "unsure", "Silence. It is sent once more by itself."),
        ),
        ({"status": "discarded"}, ("", "discarded", "")),
    ],
)
def test_each_state_is_told_in_plain_words(values, expected):
    with mail_server():
        assert mails.state(Mail(**values), NOW) == expected


def test_times_are_told_as_people_say_them(now):
    mail = Mail(status="sent", sent_at=now, unsure_at=now)

    assert mails.state(mail, now).more == "perhaps twice, 24 Nov 2026, 9.00 am"
    assert mails.state(Mail(), now) == ("warn", "not sent", "no mail server is set up (EMAIL_URL)")
    with mail_server():
        put_off = mails.state(Mail(error="It is busy.", next_due_at=now), now)
    assert put_off == ("warn", "put off", "till 24 Nov 2026, 9.00 am: It is busy.")


def test_the_list_says_when_nothing_can_leave(desk):
    composed(post=NEWS)

    assert "No mail server is set up" in desk.get(LIST).text
    with mail_server():
        assert "No mail server is set up" not in desk.get(LIST).text


def test_what_opens_an_account_is_read_by_its_reader_and_by_superusers(client, desk):
    """With it somebody of the team could come in as somebody else."""
    mail = composed()
    organiser = User.objects.create(username="x-1")
    roles.give(organiser, Role.ORGANISER, mail.community, now=mail.created_at)
    link = "https://portal.example/mail/yes/4Hq9"
    seen = [desk.get(page(mail, name)).content.decode() for name in ("change", "letter")]
    client.force_login(organiser)

    hidden = [client.get(page(mail, name)).content.decode() for name in ("change", "letter")]
    forged = client.post(page(mail), {"to": "me@evil.example", "name": "", "subject": "s", "text": "t"})

    mail.refresh_from_db()
    assert [link in text for text in seen] == [True, True]
    assert [link in text for text in hidden] == [False, False]
    assert ["for its reader alone" in text for text in hidden] == [True, True]
    assert (forged.status_code, mail.to) == (403, "ann@reader.example")


def test_words_that_open_an_account_go_when_they_were_sent():
    mail = composed()
    with mail_server():
        delivered()

    assert outbox.empty_old() == 1
    mail.refresh_from_db()
    assert (mail.text, mail.html) == ("", "")
