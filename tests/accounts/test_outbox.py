"""What a person may still do with a letter, and what never stands above one."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts import outbox
from accounts.models import Attachment, Mail
from accounts.models.mail import Status
from accounts.outbox import File, Post, Refused, To
from tests.accounts.posting import STOP, composed, delivered, mail_server

pytestmark = pytest.mark.django_db

INJECTED = "Ann\r\nBcc: everybody@reader.example"
ALL = set(Status)


@pytest.mark.parametrize(
    "letter",
    [
        {"to": To(f"ann@reader.example{INJECTED}")},
        {"to": To("ann@reader.example", INJECTED)},
        {"to": To("ann@reader.example", "Ann\x00")},
        {"to": To("ann@reader.example", "Ann\u2028Bcc: x")},
        {"to": To("no address at all")},
        {"to": To("ann@reader.example, bob@reader.example")},
        {"to": To("")},
        {"to": To("a" * 300 + "@reader.example")},
        {"post": Post(reply_to="ann@reader.example\nBcc: x@y.example")},
        {"post": Post(unsubscribe=f"{STOP}>\r\nBcc: x@y.example")},
        {"post": Post(unsubscribe=f"{STOP}>, <mailto:x@y.example")},
        {"post": Post(unsubscribe="javascript:alert(1)")},
        {"files": [File("chat.ics\r\nBcc: x", "text/calendar", b"")]},
        {"files": [File("../chat.ics", "text/calendar", b"")]},
        {"files": [File("chat.ics", "text/calendar", b"x" * 5_000_001)]},
    ],
)
def test_what_cannot_stand_above_a_letter_is_refused_with_a_sentence(letter):
    with pytest.raises(Refused, match=r"\.|https"):
        composed(**letter)

    assert (Mail.objects.count(), Attachment.objects.count()) == (0, 0)


@pytest.mark.parametrize("subject", [INJECTED, "Ann\x1b[31m", "", "  "])
def test_an_edited_subject_is_one_line(subject):
    mail = composed()

    with pytest.raises(Refused):
        outbox.edit(mail, to=mail.to, name="", subject=subject, text="Words")

    mail.refresh_from_db()
    assert mail.subject == "Is this you? Please confirm your address"


@pytest.mark.parametrize("field", ["to", "name", "subject", "reply_to", "unsubscribe", "message_id"])
def test_the_database_refuses_a_second_line_whoever_writes_it(field):
    mail = composed()

    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.filter(pk=mail.pk).update(**{field: INJECTED})


@pytest.mark.parametrize(
    "values",
    [
        {"status": "sent"},
        {"status": "waiting", "next_due_at": None},
        {"status": "draft"},
        {"status": "failed", "next_due_at": None},
        {"status": "unsure", "error_code": "unsure"},
        {"status": "elsewhere"},
        {"kind": "newsletter"},
        {"kind": "spam"},
        {"sent_at": F("created_at")},
        {"emptied_at": F("created_at")},
    ],
)
def test_a_row_never_contradicts_itself(values):
    composed()

    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.update(**values)


def test_what_turns_the_direction_of_reading_is_taken_from_names_and_words():
    mail = composed(To("ann@reader.example", "\u202eevil\u2066 Ann"), until="\u202e32\u2069 November")

    assert mail.name == "evil Ann"
    assert not {"\u202e", "\u2066", "\u2069"} & set(mail.text + mail.html)


def test_a_domain_in_another_alphabet_is_written_as_mail_servers_do():
    mail = composed(To("ann@exämple.org"))

    with mail_server() as server:
        assert delivered() == {"sent": 1}

    assert [mail.to, *(letter.to for letter in server.delivered)] == ["ann@xn--exmple-cua.org"] * 2


def test_each_address_gets_one_letter_of_a_series():
    first, again = (composed(post=Post(series="chat-312")) for _ in range(2))
    other, third = composed(post=Post(series="chat-313")), composed(To("bob@reader.example"), Post(series="chat-312"))

    assert again == first
    assert Mail.objects.count() == len({first, other, third})
    with mail_server():
        delivered()
    outbox.discard(composed(To("eve@reader.example"), Post(series="chat-312", is_held=True)))
    assert outbox.progress(first.community, "chat-312") == {"sent": 2, "discarded": 1}


def test_a_draft_waits_until_somebody_releases_it():
    mail = composed(post=Post(is_held=True))
    assert (mail.status, mail.next_due_at) == ("draft", None)

    outbox.release(mail)

    mail.refresh_from_db()
    assert mail.status == "waiting"
    assert mail.next_due_at is not None


def test_an_edited_letter_has_its_html_made_of_the_new_words():
    mail = composed()

    outbox.edit(
        mail, to="bob@reader.example", name="Bob", subject="Other <words>",
        text="Hello\r\n=====\r\n\r\nSee <b>https://wecops.example/x?a=1&b=2</b>.\n\nYes:\nhttps://wecops.example/yes",
    )  # fmt: skip

    mail.refresh_from_db()
    assert (mail.to, mail.name, mail.subject) == ("bob@reader.example", "Bob", "Other <words>")
    assert "<title>Other &lt;words&gt;</title>" in mail.html
    assert '<a href="https://wecops.example/x?a=1&amp;b=2">https://wecops.example/x?a=1&amp;b=2</a>' in mail.html
    assert "&lt;b&gt;" in mail.html
    assert 'href="https://wecops.example/yes" style="display:inline-block' in mail.html
    assert mail.text.startswith("Hello\n=====\n\nSee <b>https://wecops.example/x?a=1&b=2</b>.\n\nYes:\nhttps")


def in_status(status):
    """A letter that stands there, as the database would let it."""
    mail = composed()
    rests = {"next_due_at": None} if status not in ("waiting", "sending") else {}
    times = {"sent": "sent_at", "unsure": "unsure_at"}
    when = {times[status]: mail.created_at} if status in times else {}
    Mail.objects.filter(pk=mail.pk).update(status=status, error_code="why", **rests, **when)
    return mail


@pytest.mark.parametrize(
    ("verb", "allowed", "then"),
    [
        (outbox.discard, {"draft", "waiting", "unsure", "failed"}, "discarded"),
        (outbox.release, {"draft", "waiting"}, "waiting"),
        (outbox.send_again, {"unsure", "failed"}, "waiting"),
    ],
)
def test_each_verb_takes_what_it_can_be_done_with_and_says_why_not(verb, allowed, then):
    for status in ALL:
        mail = in_status(status)
        if status in allowed:
            verb(mail)
        else:
            with pytest.raises(Refused, match=f"This mail is {status}"):
                verb(mail)
        mail.refresh_from_db()
        assert mail.status == (then if status in allowed else status)


def test_the_words_of_old_mail_are_thrown_away_and_that_it_was_sent_stays(settings):
    settings.MAIL_KEPT_DAYS = 30
    file = File("x.ics", "text/calendar", b"x")
    mails = [composed(To(f"{n}@reader.example"), template="changed", files=[file], said="Hello") for n in range(3)]
    kept, old, discarded = mails
    with mail_server():
        outbox.discard(discarded)
        delivered()
    Mail.objects.filter(pk__in=[old.pk, discarded.pk]).update(
        sent_at=F("sent_at") - timedelta(days=31), created_at=F("created_at") - timedelta(days=31)
    )

    assert (outbox.empty_old(), outbox.empty_old()) == (2, 0)

    for mail in mails:
        mail.refresh_from_db()
    assert [bool(mail.text or mail.html or mail.attachments.count()) for mail in mails] == [True, False, False]
    assert (old.status, old.to, old.subject) == ("sent", "1@reader.example", kept.subject)
