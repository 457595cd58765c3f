"""Letters leave over a real SMTP conversation; whatever the server does, each row says what became of its letter."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import crash, leases, outbox
from accounts.models import Community, Mail
from accounts.outbox import File, Post, To, delivering
from tests.accounts.posting import NEWS, STOP, composed, delivered, mail_server, waits_are_over
from tests.simulators.mail_server import HANG, HANG_UP, NEVER, NOT_NOW, Stumble

pytestmark = pytest.mark.django_db

CALENDAR = File("chat.ics", "text/calendar; method=REQUEST", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")


def standing(mail):
    mail.refresh_from_db()
    return mail.status, mail.error_code, mail.next_due_at is not None


def test_a_letter_arrives_as_it_was_written():
    mail = composed(files=[CALENDAR], post=Post(reply_to="ann@team.example"))

    with mail_server() as server:
        assert delivered() == {"sent": 1}

    (letter,) = server.delivered
    message = letter.message
    text, html = message.get_body(["plain"]), message.get_body(["html"])
    (calendar,) = message.iter_attachments()
    mail.refresh_from_db()
    assert (letter.sender, letter.to) == ("hello@portal.example", "ann@reader.example")
    assert {name: message[name] for name in ("From", "To", "Subject", "Reply-To", "Message-ID", "Auto-Submitted")} == {
        "From": "WeCops <hello@portal.example>",
        "To": "Ann Okelu-Reed <ann@reader.example>",
        "Subject": "Is this you? Please confirm your address",
        "Reply-To": "ann@team.example",
        "Message-ID": mail.message_id,
        "Auto-Submitted": "auto-generated",
    }
    assert (message["List-Unsubscribe"], message["List-ID"]) == (None, None)
    assert (text.get_content(), html.get_content()) == (mail.text, mail.html)
    assert (calendar.get_filename(), calendar.get_content_type()) == ("chat.ics", "text/calendar")
    assert calendar.get_param("method") == "REQUEST"
    assert (mail.status, mail.next_due_at, mail.lease_until, mail.unsure_at) == ("sent", None, None, None)
    assert mail.sent_at is not None


def test_a_newsletter_can_be_stopped_with_one_press():
    composed(post=NEWS)

    with mail_server(SITE_URL="https://portal.example") as server:
        delivered()

    message = server.delivered[0].message
    assert message["List-Unsubscribe"] == f"<{STOP}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-ID"] == "<wecops.portal.example>"


def test_a_line_of_dots_and_other_alphabets_arrive():
    mail = composed(To("bjorn@xn--80ak6aa92e.example", "Bjørn Ødegård 👮🏽"))
    outbox.edit(mail, to=mail.to, name=mail.name, subject="Ærlig talt", text=".\n..\n\n.com\n\n" + "ø" * 2000)

    with mail_server() as server:
        delivered()

    mail.refresh_from_db()
    message = server.delivered[0].message
    assert message.get_body(["plain"]).get_content() == mail.text
    assert (message["Subject"], message["To"]) == ("Ærlig talt", f"Bjørn Ødegård 👮🏽 <{mail.to}>")


def test_what_somebody_waits_for_goes_before_newsletters_and_all_over_one_connection():
    letters = [composed(To(f"{number}@reader.example"), NEWS) for number in range(3)]
    composed(To("waits@reader.example"))

    with mail_server() as server:
        assert delivered() == {"sent": 4}

    assert [letter.to for letter in server.delivered] == ["waits@reader.example", *(mail.to for mail in letters)]
    assert server.conversations == 1


def test_a_bounce_comes_back_to_an_address_of_its_own():
    mail = composed()

    with mail_server(BOUNCES_TO="bounces@portal.example") as server:
        delivered()

    number = mail.message_id.strip("<>").split("@")[0]
    assert server.delivered[0].sender == f"bounces+{number}@portal.example"


def test_no_mail_server_means_that_mail_waits():
    mail = composed()

    assert outbox.claim_due() == []
    assert standing(mail) == ("waiting", "", True)


def test_nothing_leaves_before_its_time_or_unreleased():
    later, held = composed(post=Post(due_at=timezone.now() + timedelta(hours=1))), composed(post=Post(is_held=True))

    with mail_server() as server:
        assert delivered() == {}
        outbox.release(held)
        outbox.release(later)
        assert delivered() == {"sent": 2}

    assert len(server.delivered) == 2


def test_a_refused_letter_fails_and_says_so_and_the_others_go():
    refused, other = composed(), composed(To("bob@reader.example"))

    with mail_server({1: Stumble("rcpt", NEVER)}) as server:
        assert delivered() == {"failed": 1, "sent": 1}

    assert standing(refused) == ("failed", "refused", False)
    assert refused.error == "The mail server refuses it: 5.1.1 There is nobody of that name (550)"
    assert standing(other) == ("sent", "", False)
    assert [letter.to for letter in server.delivered] == ["bob@reader.example"]
    assert outbox.wanting() == {"failed": 1}


@pytest.mark.parametrize("at", ["rcpt", "letter"])
def test_what_is_put_off_is_tried_again_after_longer_and_longer_waits(at):
    mail = composed()
    waits = []

    with mail_server({number: Stumble(at, NOT_NOW) for number in (1, 2, 3)}) as server:
        for _ in range(3):
            assert delivered() == {"waiting": 1}
            assert standing(mail) == ("waiting", "put_off", True)
            waits.append((mail.next_due_at - leases.clock()) / timedelta(minutes=1))
            waits_are_over()
        assert delivered() == {"sent": 1}

    assert [round(wait) for wait in waits] == [1, 2, 4]
    assert len(server.delivered) == 1


def test_who_is_put_off_for_days_has_failed():
    mail = composed()
    Mail.objects.update(waits=24)

    with mail_server({1: Stumble("rcpt", NOT_NOW)}):
        assert delivered() == {"failed": 1}

    assert standing(mail) == ("failed", "put_off", False)


@pytest.mark.parametrize("says", [HANG, HANG_UP])
@pytest.mark.parametrize("keeps", [True, False])
def test_a_server_that_falls_silent_with_the_letter_leaves_doubt(says, keeps):
    """An action mail goes once more under the same name, a newsletter never by itself."""
    action, news = composed(), composed(To("bob@reader.example"), NEWS)
    script = {1: Stumble("letter", says, keeps=keeps), 2: Stumble("letter", says, keeps=keeps)}

    with mail_server(script, EMAIL_TIMEOUT=0.2) as server:
        assert delivered() == {"unsure": 2}
        assert (standing(action), standing(news)) == (("unsure", "unsure", True), ("unsure", "unsure", False))
        assert outbox.wanting() == {"unsure": 1}
        waits_are_over()
        assert delivered() == {"sent": 1}

    assert standing(action) == ("sent", "", False)
    assert action.unsure_at is not None
    assert standing(news)[0] == "unsure"
    names = [(letter.to, letter.message["Message-ID"]) for letter in server.delivered]
    once = [(mail.to, mail.message_id) for mail in (action, news)]
    assert names == ([*once, once[0]] if keeps else [once[0]])


def test_who_leaves_doubt_twice_waits_for_a_person_who_may_send_it_again():
    mail = composed()
    script = {number: Stumble("letter", HANG_UP) for number in (1, 2)}

    with mail_server(script) as server:
        for _ in range(2):
            delivered()
            waits_are_over()
        assert (standing(mail), delivered()) == (("unsure", "unsure", False), {})
        outbox.send_again(mail)
        assert delivered() == {"sent": 1}

    assert server.delivered[0].message["Message-ID"] == mail.message_id


def test_a_silent_server_keeps_all_waiting_and_nothing_is_lost():
    mails = [composed(To(f"{number}@reader.example")) for number in range(3)]

    with mail_server({1: Stumble("rcpt", HANG)}, EMAIL_TIMEOUT=0.2) as server:
        assert delivered() == {"waiting": 3}
        assert {standing(mail) for mail in mails} == {("waiting", "server_hung_up", True)}
        waits_are_over()
        assert delivered() == {"sent": 3}

    assert sorted(letter.to for letter in server.delivered) == sorted(mail.to for mail in mails)


def test_a_server_that_is_not_there_keeps_all_waiting():
    mail = composed()

    with mail_server() as server:
        pass
    with mail_server(EMAIL_PORT=server.port):
        assert delivered() == {"waiting": 1}

        assert outbox.wanting() == {}
        for _ in range(5):
            waits_are_over()
            delivered()

    assert outbox.wanting() == {"stuck": 1}
    assert standing(mail) == ("waiting", "server_silent", True)
    assert mail.error.startswith("The mail server does not answer: ")


def test_a_server_that_has_had_enough_is_called_again():
    mails = [composed(To(f"{number}@reader.example")) for number in range(3)]

    with mail_server({2: Stumble("rcpt", "421 4.7.0 Enough for one conversation")}) as server:
        assert delivered() == {"sent": 3}

    assert (len(server.delivered), server.conversations) == (len(mails), 2)


def test_what_is_changed_or_discarded_after_it_was_claimed_does_not_leave_as_it_was():
    edited, discarded = composed(), composed(To("bob@reader.example"))

    with mail_server() as server:
        claims = outbox.claim_due()
        outbox.edit(edited, to=edited.to, name="", subject="Another", text="Other words")
        outbox.discard(discarded)
        assert dict(outbox.deliver(claims)) == {"lost": 2}
        assert delivered() == {"sent": 1}

    assert [letter.message["Subject"] for letter in server.delivered] == ["Another"]
    assert standing(discarded) == ("discarded", "", False)


@pytest.mark.parametrize("verb", [outbox.discard, outbox.release])
def test_what_is_taken_back_while_the_server_already_waits_for_it_does_not_leave(monkeypatch, verb):
    mail, other = composed(), composed(To("bob@reader.example"))
    meanwhile = {"outbox.after_offer": lambda: verb(mail)}
    monkeypatch.setattr(crash, "point", lambda name: meanwhile.pop(name, lambda: None)())

    with mail_server() as server:
        assert delivered() == {"lost": 1, "sent": 1}

    assert [letter.to for letter in server.delivered] == [other.to]
    assert standing(mail)[0] == ("discarded" if verb is outbox.discard else "waiting")


def test_a_long_bag_is_given_back_before_its_lease_ends(monkeypatch):
    composed(), composed(To("bob@reader.example"))

    with mail_server() as server:
        with monkeypatch.context() as short:
            short.setattr(delivering, "BAG", timedelta(0))
            assert delivered() == {}
        assert delivered() == {"sent": 2}

    assert len(server.delivered) == 2


def test_whoever_dies_with_a_bag_keeps_the_next_bag_from_nobody(monkeypatch):
    monkeypatch.setattr(delivering, "AT_ONCE", 2)
    keys = [composed(To(f"{number}@reader.example")).pk for number in range(9)]

    with mail_server():
        lent = [[claim.id for claim in outbox.claim_due()] for _ in range(5)]

    assert lent == [keys[:2], keys[2:4], keys[4:6], keys[6:8], []]


def test_the_answer_counts_where_others_have_begun_to_doubt():
    """A worker that is slow, and not dead, has the last word on its own letter."""
    mail = composed()

    with mail_server() as server:
        slow = outbox.claim_due()[0]
        Mail.objects.update(status="sending")
        Mail.objects.update(status="unsure", unsure_at=leases.clock(), error_code="unsure")
        outbox.delivering._arrive(slow)

    assert (standing(mail)[0], server.delivered) == ("sent", [])


def test_a_letter_that_cannot_be_put_together_fails_alone():
    nurses = Community.objects.create(slug="nurses", name="We\nNurses", domain="nurses.example", hashtags=["WeNurses"])
    broken, other = composed(), composed(To("bob@reader.example"))
    Mail.objects.filter(pk=broken.pk).update(community=nurses)

    with mail_server():
        assert delivered() == {"failed": 1, "sent": 1}

    assert standing(broken)[:2] == ("failed", "unwritable")
    assert standing(other)[0] == "sent"
