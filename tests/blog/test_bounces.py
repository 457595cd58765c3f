"""Letters that come back are counted by the address they come back to; three in a row, and the address is forgotten."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import outbox
from accounts.models import Mail
from accounts.outbox.headers import return_path
from blog.followers import bounces
from blog.models import Bounce, Follower
from tests.accounts.posting import delivered, mail_server
from tests.factories.chats import wecops
from tests.factories.following import follower
from tests.simulators.mail_server import NEVER, Stumble

pytestmark = pytest.mark.django_db

STOP = "https://portal.example/stop/"
REPORT = """\
From: MAILER-DAEMON@reader.example
To: {back}
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; reader.example

Final-Recipient: rfc822; ann@reader.example
Action: {action}
Status: {status}
--b
Content-Type: {quoted}

{headers}
--b--
"""


@pytest.fixture(autouse=True)
def _bounces_to(settings):
    settings.BOUNCES_TO = "bounces@portal.example"


def letters(number, address="ann@reader.example"):
    for each in range(number):
        outbox.spread("follow-known", wecops(), {"mine": ""}, [(address, "w")], series=f"s{each}", unsubscribe=STOP)
    return list(Mail.objects.order_by("pk"))


def report(mail, *, back=None, action="failed", status="5.1.1", quoted="text/rfc822-headers", headers="Subject: x"):
    back = return_path(mail) if back is None else back
    return REPORT.format(back=back, action=action, status=status, quoted=quoted, headers=headers).encode()


def read(message):
    return bounces.read(message, timezone.now())


def test_after_three_letters_that_came_back_somebody_is_forgotten():
    follower()
    mails = letters(3)

    assert [read(report(mail)) for mail in (mails[0], mails[0], mails[1], mails[2])] == [
        "counted", "known", "counted", "counted_out",
    ]  # fmt: skip
    assert (Follower.objects.count(), Bounce.objects.count()) == (0, 0)
    assert Mail.objects.filter(to="ann@reader.example").count() == 0
    assert read(report(mails[0])) == "unknown"


@pytest.mark.parametrize(
    "changed",
    [
        {"action": "delayed", "status": "4.4.1"}, {"action": "failed", "status": "4.2.2"},
        {"action": "delivered", "status": "2.0.0"}, {"action": "relayed", "status": "5.0.0"},
    ],
)  # fmt: skip
def test_a_delay_is_no_bounce(changed):
    follower()

    assert read(report(*letters(1), **changed)) == "passing"
    assert Bounce.objects.count() == 0


def test_a_report_that_was_sent_elsewhere_is_known_by_the_letter_it_quotes():
    follower()
    (mail,) = letters(1)
    headers = f"Message-ID: {mail.message_id}\n"

    assert read(report(mail, back="postmaster@portal.example", headers=headers)) == "counted"
    assert read(report(mail, back="x@y.example", quoted="message/rfc822", headers=f"{headers}\nHello")) == "known"


HOSTILE = 'To: a:,"@[=?\nMessage-ID: @\nStatus: =?utf-8?q?=00?=;,\\(\n'


def test_headers_that_somebody_has_made_up_stop_nothing():
    follower()
    (mail,) = letters(1)
    made_up = report(mail, back=f"<{return_path(mail)}", quoted="message/rfc822", headers=f"{HOSTILE}\nHello")

    assert read(HOSTILE.encode() + made_up) == "counted"


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: Out of office\n\nBack on Monday.",
        b"Content-Type: message/delivery-status\n\n\x00",
    ],
)
def test_what_is_no_report_is_passed_over(message):
    assert read(message) == "passing"


def test_nobody_is_talked_out_of_following_by_a_guess():
    follower()
    (mail,) = letters(1)
    other = letters(1, "nobody@reader.example")[-1]

    guessed = report(mail, back=f"bounces+{'0' * 32}@portal.example")
    assert [read(guessed), read(report(mail, back="bounces+%@portal.example")), read(report(other))] == ["unknown"] * 3
    assert Bounce.objects.count() == 0


def test_what_came_back_long_ago_counts_no_more():
    follower()
    mails = letters(3)
    read(report(mails[0])), read(report(mails[1]))
    Bounce.objects.update(at=timezone.now() - bounces.REMEMBERED - timedelta(days=1))

    assert read(report(mails[2])) == "counted"


def test_the_command_reads_files_and_folders_and_says_how_many(tmp_path):
    follower()
    mails = letters(2)
    (tmp_path / "new").mkdir()
    for number, mail in enumerate(mails):
        (tmp_path / "new" / str(number)).write_bytes(report(mail))
    (tmp_path / "one").write_bytes(report(mails[0]))
    said = io.StringIO()

    call_command("read_bounces", str(tmp_path / "new"), str(tmp_path / "one"), stdout=said)

    told = {"counted": 2, "counted_out": 0, "known": 1, "passing": 0, "read": 3, "unknown": 0}
    assert json.loads(said.getvalue()) == told
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("read_bounces", str(tmp_path / "none"))


def test_what_the_server_refuses_to_its_face_wants_nobodys_decision():
    follower()
    letters(1)
    with mail_server({1: Stumble("rcpt", NEVER)}):
        assert delivered() == {"failed": 1}

    assert outbox.wanting() == {}
