"""Following by email: asked for, confirmed, changed and stopped, without a cookie, and nothing left of who leaves."""

import json
import logging
import re

import pytest
from django.db import connection
from django.test import Client

from accounts import outbox
from accounts.models import AuditEntry, Mail
from blog.followers import word
from blog.models import Follower, Pace
from chats.models import Topic
from tests.accounts.posting import delivered, mail_server
from tests.factories.blog import PostFactory
from tests.factories.chats import wecops
from tests.factories.following import follower
from tests.factories.people import neighbour

pytestmark = pytest.mark.django_db

ADDRESS = "Priya.Ferrow@mail.example"
ASKED = {"email": ADDRESS, "what": ["write-ups", "posts"], "pace": "weekly"}
OURS = {"HTTP_ORIGIN": "http://testserver"}


def post(path, data=None, **told):
    return Client(enforce_csrf_checks=True).post(path, data or {}, **{**OURS, **told})


def link(kind):
    """The path in the newest letter that leads to that page."""
    found = re.search(rf"/blog/follow/{kind}/[^\s)]+/", Mail.objects.latest("pk").text)
    return found[0]


def following(**asked):
    """Somebody who asked and confirmed."""
    post("/blog/follow/", {**ASKED, **asked})
    post(link("yes"))
    return Follower.objects.get()


def test_nobody_follows_before_the_letter_is_answered_and_no_page_sets_a_cookie():
    answers = [Client().get("/blog/follow/"), post("/blog/follow/", ASKED)]
    asked = link("yes")

    answers.append(Client().get(asked))
    before = Follower.objects.count()
    answers += [post(asked), post(asked)]

    made = Follower.objects.get()
    assert [answer.status_code for answer in answers] == [200] * 5
    assert [bool(answer.cookies) for answer in answers] == [False] * 5
    assert before == 0
    assert (made.address, made.pace, made.has_write_ups, made.has_posts) == (ADDRESS, "weekly", True, True)
    assert "Write-ups and blog posts, once a week" in answers[3].content.decode()


def test_the_address_stands_in_no_link_that_passes_by():
    post("/blog/follow/", ASKED)
    asked = link("yes")

    answer = Client().get(asked)

    assert "Ferrow" not in asked
    assert "Ferrow" in answer.content.decode()
    told = ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")
    assert [answer[name] for name in told] == [
        "max-age=0, no-cache, no-store, must-revalidate, private", "same-origin", "noindex",
    ]  # fmt: skip


def test_what_is_answered_does_not_tell_who_follows():
    known = follower(ADDRESS.lower())

    told = post("/blog/follow/", ASKED).content
    letter = Mail.objects.get()
    Follower.objects.all().delete()

    assert post("/blog/follow/", ASKED).content == told
    assert (letter.template, letter.to) == ("follow-known", ADDRESS.lower())
    assert f"/blog/follow/mine/{word(known)}/" in letter.text
    assert known.address.encode() not in told


@pytest.mark.parametrize("origin", [{"HTTP_ORIGIN": "https://elsewhere.example"}, {"HTTP_ORIGIN": "null"}, {}])
def test_a_form_from_elsewhere_is_refused(origin):
    mine = word(follower())

    pages = ["/blog/follow/", f"/blog/follow/mine/{mine}/", "/blog/follow/again/", "/blog/follow/yes/x/"]
    assert [Client().post(path, ASKED, **origin).status_code for path in pages] == [403] * 4
    assert (Mail.objects.count(), Follower.objects.count()) == (0, 1)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"email": ""}, "Type the address to write to."),
        ({"email": "nobody"}, "Type a whole address"),
        ({"email": "a@b.example\nBcc: c@d.example"}, "Type a whole address"),
        ({"what": []}, "Tick at least one"),
        ({"pace": "hourly"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_done_is_said_at_its_field(wrong, says):
    page = post("/blog/follow/", {**ASKED, **wrong}).content.decode()

    assert says in page
    assert Mail.objects.count() == 0


def test_nobody_is_written_to_without_end(settings):
    settings.ACCOUNT_RATE_LIMITS = {"follow": "4/h/ip", "follow_address": "2/h/key"}
    same = [post("/blog/follow/", ASKED).status_code for _ in range(3)]
    letters = Mail.objects.count()
    others = [post("/blog/follow/", {**ASKED, "email": f"{n}@b.example"}).status_code for n in range(2)]

    assert (same, letters, others) == ([200] * 3, 2, [200, 429])


def test_nor_by_somebody_who_says_that_it_is_their_new_address(settings):
    settings.ACCOUNT_RATE_LIMITS = {"follow": "9/h/ip", "follow_address": "2/h/key"}
    mine = f"/blog/follow/mine/{word(follower())}/"
    same = [post(mine, {"do": "move", "email": ADDRESS}).status_code for _ in range(4)]

    assert (same, Mail.objects.count()) == ([200] * 4, 2)


def test_a_link_that_is_broken_old_or_of_another_community_says_so(monkeypatch, settings):
    settings.ALLOWED_HOSTS = ["*"]
    post("/blog/follow/", ASKED)
    asked = link("yes")
    neighbour()

    answers = [
        Client().get("/blog/follow/yes/nonsense/"), Client().get(asked[:-9] + "/"),
        Client().get(asked, HTTP_HOST="other.example"), Client().get("/blog/follow/mine/1:nonsense/"),
        Client().post("/blog/follow/stop/1:nonsense/"), post("/blog/follow/again/", {"token": "x"}),
    ]  # fmt: skip
    monkeypatch.setattr("blog.followers.choices.LASTS", -outbox.delivering.BAG)
    answers.append(Client().get(asked))

    assert [answer.status_code for answer in answers] == [410] * 7
    assert Follower.objects.count() == 0


def test_topics_are_chosen_and_changed():
    topics = [Topic.objects.create(community=wecops(), slug=name, name=name.title()) for name in ("custody", "rest")]
    leads = ("/topics/rest/", PostFactory(topic=topics[1]).get_absolute_url())
    links = [re.findall(r'href="(/blog/follow/\?[^"]+)"', Client().get(path).text) for path in leads]
    page = Client().get("/blog/follow/?topic=rest").content.decode()
    made = following(topics=[topics[1].pk], pace="at-once")
    mine = f"/blog/follow/mine/{word(made)}/"

    refused = post(mine, {"what": ["posts"], "topics": [topics[0].pk, 999], "pace": "weekly"}).content.decode()
    told = post(mine, {"what": ["posts"], "topics": [topics[0].pk], "pace": "weekly"}).content.decode()

    assert links == [["/blog/follow/?topic=rest"]] * 2
    assert re.findall(r'value="(\d+)"[^>]*checked', page) == [str(topics[1].pk)]
    assert "not one of the available choices" in refused
    assert "Saved." in told
    made.refresh_from_db()
    assert (list(made.topics.all()), made.has_write_ups, made.pace) == ([topics[0]], False, Pace.WEEKLY)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/", "write-ups, as it happens"),
        ("/blog/", "write-ups and blog posts, once a week"),
        ("/blog/2016/04/card/", "write-ups and blog posts, once a week"),
    ],
)
def test_a_box_on_a_page_asks_for_what_it_says(path, said):
    PostFactory(slug="card")
    page = Client().get(path)
    (form,) = re.findall(r'<form[^>]* action="/blog/follow/">.*?</form>', page.text, re.DOTALL)
    asked = {name: re.findall(rf'name="{name}" value="([^"]+)"', form) for name in ("what", "pace")}

    post("/blog/follow/", {**asked, "email": ADDRESS})

    assert said in Mail.objects.get().text
    assert ("csrfmiddlewaretoken" in form, bool(page.cookies)) == (False, False)


def test_a_pause_keeps_what_was_chosen():
    made = follower(pace=Pace.AT_ONCE)
    mine = f"/blog/follow/mine/{word(made)}/"

    page = post(mine, {"what": ["posts"], "pace": "pause"}).content.decode()

    made.refresh_from_db()
    assert (made.pace, made.paused_until is not None, "Paused until" in page) == (Pace.AT_ONCE, True, True)
    post(mine, {"what": ["posts"], "pace": "weekly"})
    made.refresh_from_db()
    assert (made.pace, made.paused_until) == (Pace.WEEKLY, None)


def test_another_address_counts_when_it_has_answered():
    made = follower()
    mine = f"/blog/follow/mine/{word(made)}/"

    page = post(mine, {"do": "move", "email": "new@reader.example"}).content.decode()
    made.refresh_from_db()
    before = made.address
    post(link("yes"))

    made.refresh_from_db()
    assert "We have written to" in page
    assert (before, made.address, Follower.objects.count()) == ("ann@reader.example", "new@reader.example", 1)


def test_one_press_of_a_mail_program_stops_it_and_leaves_nothing():
    """RFC 8058: no cookie, no token, no origin, and a body that says what it is."""
    made = following()
    stop = f"/blog/follow/stop/{word(made)}/"
    outbox.spread(
        "follow-known", wecops(), {"mine": ""}, [(ADDRESS, "w")], series="s", unsubscribe="https://x.example/"
    )
    with mail_server():
        delivered()
        page = Client().get(stop).content.decode()
        outbox.spread(
            "follow-known", wecops(), {"mine": ""}, [(ADDRESS, "w")], series="t", unsubscribe="https://x.example/"
        )
        press = {"List-Unsubscribe": "One-Click"}
        answers = [Client(enforce_csrf_checks=True).post(stop, press) for _ in range(2)]
        assert delivered() == {}

    assert "Stop all emails?" in page
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [bool(answer.cookies) for answer in answers] == [False, False]
    assert Follower.objects.count() == 0
    assert sorted(Mail.objects.values_list("series", "status", "text")) == [
        ("", "sent", ""), ("s", "sent", ""), ("t", "discarded", ""),
    ]  # fmt: skip
    assert b"errow" not in dumped()


def dumped():
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        names = [name for (name,) in cursor.fetchall()]
        rows = []
        for name in names:
            cursor.execute(f'SELECT to_jsonb(each)::text FROM "{name}" AS each')
            rows += cursor.fetchall()
    return json.dumps(rows).encode()


def test_whoever_changes_their_mind_at_once_is_back_as_they_were():
    topic = Topic.objects.create(community=wecops(), slug="rest", name="Rest")
    made = follower(topics=[topic], has_posts=False)
    page = Client().post(f"/blog/follow/stop/{word(made)}/").content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)[1]

    post("/blog/follow/again/", {"token": token})

    back = Follower.objects.get()
    assert (back.address, back.has_posts, list(back.topics.all())) == (made.address, False, [topic])
    assert back.pk != made.pk  # links of before are dead


def test_no_address_is_logged(caplog):
    caplog.set_level(logging.DEBUG)
    with mail_server():
        made = following()
        delivered()
    Client().post(f"/blog/follow/stop/{word(made)}/")

    said = [each.getMessage() for each in caplog.records if not each.name.startswith("mail.log")]  # the stand-in's own
    assert [line for line in said if "errow" in line] == []
    assert AuditEntry.objects.count() == 0


def test_a_question_that_nobody_answers_is_forgotten_after_three_days():
    post("/blog/follow/", ASKED)
    with mail_server():
        delivered()

    outbox.empty_old()
    kept = Mail.objects.get().to
    Mail.objects.update(created_at=Mail.objects.get().created_at - 73 * outbox.delivering.AGAIN * 60)
    outbox.empty_old()

    assert kept == ADDRESS
    assert b"errow" not in dumped()


def test_the_form_says_how_many_follow():
    follower("a@b.example"), follower("c@d.example")
    follower("e@f.example", community=neighbour())
    PostFactory()

    assert "2 people follow." in Client().get("/blog/follow/").content.decode()
