"""The calendar, its months, its files, and the page of a chat to come, as readers and calendar programs ask for it."""

import gzip
import json
import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import icalendar
import pytest
from django.core.cache import cache
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Community
from chats.models import Chat, ChatHost, Topic
from chats.rendering import months
from tests.factories.chats import START, ChatFactory, QuestionFactory, wecops

pytestmark = pytest.mark.django_db

NASTY = '</script><script>alert(1)</script> "quoted" \u2028 & co'


@pytest.fixture
def packed(client):
    client.defaults["HTTP_ACCEPT_ENCODING"] = "gzip"
    return client


def coming(days, **fields):
    """A chat so many days ahead, 21 minutes after now."""
    starts_at = timezone.now().replace(second=0, microsecond=0) + timedelta(days=days, minutes=21)
    return ChatFactory(**{"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1), **fields})


def many(count, *, hosts=1):
    """So many chats, a day and a half apart at least, half of them past; rows alone."""
    now, community = timezone.now().replace(microsecond=0), wecops()
    apart = min(7.0, 10_000 / count)
    starts = [now + timedelta(days=apart * (number - count // 2), hours=2) for number in range(count)]
    chats = Chat.objects.bulk_create(
        Chat(
            community=community, slug=f"n{n}", title=f"Number {n}", hashtags=["WeCops"], starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
        )
        for n, starts_at in enumerate(starts)
    )  # fmt: skip
    ChatHost.objects.bulk_create(
        ChatHost(chat=chat, handle=f"h{n}", name=f"Host {n}") for chat in chats for n in range(hosts)
    )
    return chats


@pytest.mark.parametrize("chats", [2, 70])
@pytest.mark.parametrize(("path", "queries"), [("/chats/", 5), ("/chats/{:%Y/%m}/", 6)])
def test_the_calendar_costs_the_same_for_few_and_many(client, chats, path, queries, django_assert_num_queries):
    many(chats)

    with django_assert_num_queries(queries):
        response = client.get(path.format(timezone.now() + timedelta(hours=2)))

    assert response.status_code == 200


def test_the_calendar_reads_few_rows_of_many(client):
    """Its windows lie on an index: no query looks at many chats to show a few."""
    many(1500, hosts=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE chats_chat")
        with CaptureQueriesContext(connection) as asked:
            client.get("/chats/")
            client.get("/chats/next/")
        passed_over = []
        for query in asked.captured_queries:
            if 'FROM "chats_chat"' in query["sql"]:
                cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {query['sql']}")
                plan = "\n".join(row for (row,) in cursor.fetchall())
                passed_over.append(sum(map(int, re.findall(r"Rows Removed by Filter: (\d+)", plan))))

    assert len(passed_over) == 3
    assert max(passed_over) < 20


def test_the_calendar_tells_the_next_what_is_coming_and_what_was_changed(client):
    coming(-7, title="Long over")
    coming(2, title="Off", status="cancelled", status_reason="The hosts are on duty.")
    second = coming(9, title="Elsewhen", status="moved", status_reason="The host is ill.")
    third = coming(16, title="As planned")

    response = client.get("/chats/")

    page = response.context
    assert (page["next_chat"], [line.title for line in page["agenda"]]) == (
        second,
        ["Off", "Elsewhen", "As planned"],
    )
    assert all(
        words in response.text for words in ("The hosts are on duty.", "The host is ill.", "New date", "Cancelled")
    )
    assert f'href="{third.get_absolute_url()}calendar.ics"' in response.text
    assert "webcal://127.0.0.1:8000/chats/calendar.ics" in response.text


@pytest.mark.parametrize(("status", "said"), [("cancelled", "Cancelled: "), ("moved", "New date: "), ("scheduled", "")])
def test_what_others_are_told_of_a_page_says_that_it_was_changed(client, status, said):
    chat = coming(9, title="Elsewhen", status=status, status_reason="The host is ill." if said else "")

    text = client.get(chat.get_absolute_url()).text

    assert f"<title>{said}Elsewhen, " in text
    assert ('content="Cancelled: The host is ill. ' in text) == (status == "cancelled")


def test_a_chat_that_goes_on_is_the_next(client):
    going_on, after = coming(-0.02), coming(1)

    first = client.get("/chats/next/")
    Chat.objects.filter(pk=going_on.pk).update(status="cancelled", status_reason="Nobody came.")
    second = client.get("/chats/next/")
    after.delete()
    third = client.get("/chats/next/")

    assert [(each.status_code, each["Location"]) for each in (first, second, third)] == [
        (302, going_on.get_absolute_url()),
        (302, after.get_absolute_url()),
        (302, "/chats/"),
    ]
    assert {each["Cache-Control"] for each in (first, second, third)} == {"no-cache"}


def test_on_its_last_days_the_month_of_the_next_chat_is_shown(client):
    chat = coming(40)

    assert client.get("/chats/").context["month"] == chat.local_date.replace(day=1)


def test_a_long_agenda_says_that_there_is_more(client, monkeypatch):
    monkeypatch.setattr("chats.views.calendar.LONGEST_AGENDA", 2)
    for day in (1, 2, 3):
        coming(day)

    response = client.get("/chats/")

    assert (len(response.context["agenda"]), response.context["is_cut"]) == (2, True)


def test_free_evenings_are_offered_with_a_way_to_take_them():
    at = START + timedelta(days=7)
    slot = SimpleNamespace(pk=7, starts_at=at, ends_at=at + timedelta(hours=1))
    given = {"now": START, "zone": "Europe/London", "slots": [slot], "propose": "/propose/"}
    context = {"agenda": months.agenda([], **given), "community": wecops(), "level": 3, "month": START}
    context["weeks"] = months.weeks(date(2026, 11, 1), [], **given)

    listed, drawn = (render_to_string(f"chats/{name}.html", context) for name in ("_agenda", "_month"))

    assert [page.count('href="/propose/?slot=7"') for page in (listed, drawn)] == [2, 1]
    assert ("Wednesday 25 November 2026, 9 to 10 pm" in listed, "9 pm. Host wanted" in drawn) == (True, True)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/chats/2026/11/", 200),
        ("/chats/2006/01/", 200),
        ("/chats/2100/12/", 200),
        ("/chats/2026/13/", 404),
        ("/chats/2026/00/", 404),
        ("/chats/2005/12/", 404),
        ("/chats/2101/01/", 404),
        ("/chats/2026/1/", 404),
    ],
)
def test_month_addresses(client, path, status):
    assert client.get(path).status_code == status


def test_a_month_leads_to_the_nearest_that_have_a_chat(client):
    """Held at the edge of a day: New Year's morning in Tokyo is the old year in London."""
    for starts_at, zone in (
        (datetime(2013, 12, 31, 20, tzinfo=UTC), "Asia/Tokyo"),
        (datetime(2014, 5, 14, 20, tzinfo=UTC), "Europe/London"),
        (datetime(2014, 8, 1, 4, tzinfo=UTC), "America/Los_Angeles"),
    ):
        ChatFactory(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), time_zone=zone)

    pages = [client.get(f"/chats/{month}/").context for month in ("2013/12", "2014/01", "2014/06", "2014/07")]

    assert [(page["previous"], page["next"], len(page["agenda"])) for page in pages] == [
        (None, date(2014, 1, 1), 0),
        (None, date(2014, 5, 14), 1),
        (date(2014, 5, 14), date(2014, 7, 31), 0),
        (date(2014, 5, 14), None, 1),
    ]


def test_another_community_has_its_own_calendar(client, settings):
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["*"], "https://cops.example"
    coming(3, title="Ours")
    Community.objects.update(domain="cops.example")
    other = Community.objects.create(slug="nurses", name="WeNurses", handle="WeNurses", hashtags=["WeNurses"])
    Community.objects.filter(pk=other.pk).update(domain="nurses.example")
    coming(4, title="Theirs", community=other)

    asked = {
        path: client.get(path, headers={"host": "nurses.example"}).content
        for path in ("/chats/", "/chats/calendar.ics", "/chats/feed/", "/sitemap-chats.xml")
    }

    assert {path for path, body in asked.items() if b"Ours" in body} == set()
    assert {path for path, body in asked.items() if b"https://nurses.example" in body} == set(asked)


# ── Files for calendar programs ─────────────────────────────────────────────────────────────────────────────────────


def test_calendar_files_of_all_of_a_topic_and_of_one(packed):
    topic = Topic.objects.create(community=wecops(), slug="custody", name="Custody")
    one, other = coming(3, title="One", topic=topic), coming(4, title=NASTY, slug="other")
    one.refresh_from_db(), other.refresh_from_db()
    coming(-400, title="Long ago")

    files = {
        path: packed.get(path)
        for path in ("/chats/calendar.ics", "/topics/custody/calendar.ics", f"{other.get_absolute_url()}calendar.ics")
    }

    told = {path: icalendar.Calendar.from_ical(gunzipped(file)) for path, file in files.items()}
    assert [[str(event["uid"]) for event in each.events] for each in told.values()] == [
        [str(one.uid), str(other.uid)],
        [str(one.uid)],
        [str(other.uid)],
    ]
    assert [str(each["x-wr-calname"]) for each in told.values()] == ["WeCops", "WeCops: Custody", "WeCops"]
    assert [(file["Content-Type"], file["Content-Disposition"]) for file in files.values()] == [
        ("text/calendar; charset=utf-8", f'inline; filename="{name}.ics"') for name in ("chats", "custody", "other")
    ]
    assert packed.get("/topics/nothing/calendar.ics").status_code == 404


@pytest.mark.parametrize("path", ["/chats/", "/chats/calendar.ics", "/chats/feed/", "/chats/feed/rss/", "{}card.png"])
def test_what_has_not_changed_is_not_sent_again(client, path):
    cache.clear()
    chat = coming(1)
    path = path.format(chat.get_absolute_url())

    first = client.get(path)
    second = client.get(path, headers={"if-none-match": first["ETag"]})
    Chat.objects.filter(pk=chat.pk).update(title="Another")
    third = client.get(path, headers={"if-none-match": first["ETag"]})

    assert (first.status_code, second.status_code, third.status_code) == (200, 304, 200)
    assert (first.cookies, "Cookie" in first.get("Vary", ""), second.content) == ({}, False, b"")


def test_files_of_a_chat_at_another_date_lead_to_it(client, chat):
    answers = [client.get(f"/chats/2020/01/01/first-night/{file}") for file in ("calendar.ics", "card.png")]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (301, f"/chats/2026/11/18/first-night/{file}") for file in ("calendar.ics", "card.png")
    ]


def test_a_card_is_drawn_once(client, chat, monkeypatch):
    cache.clear()
    first = client.get(f"{chat.get_absolute_url()}card.png")
    monkeypatch.setattr("chats.rendering.card.draw", None)

    second = client.get(f"{chat.get_absolute_url()}card.png")

    assert (first["Content-Type"], first["Cache-Control"]) == ("image/png", "public, max-age=3600")
    assert (first["Cross-Origin-Resource-Policy"], second.content) == ("cross-origin", first.content)


# ── A chat to come ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("hours", "minutes", "is_shown"), [(24, -1, True), (24, 1, False), (48, -1, True), (48, 1, False)]
)
def test_questions_are_shown_a_day_before_unless_planned_earlier(client, settings, hours, minutes, is_shown):
    settings.QUESTIONS_SHOWN_HOURS = hours
    starts_at = timezone.now() + timedelta(hours=hours, minutes=minutes)
    chat = ChatFactory(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    QuestionFactory(chat=chat, number=1, text="What would help?")

    page = client.get(chat.get_absolute_url()).text

    assert ("What would help?" in page, "They will stand here from" in page) == (is_shown, not is_shown)


def test_a_chat_to_come_tells_all_that_one_needs(client, django_assert_num_queries):
    chat = coming(3, title="Reading the comments", topic=None)
    ChatHost.objects.create(chat=chat, handle="rhys", name="Rhys Cadmore", biography="Press officer.")

    with django_assert_num_queries(5):  # one asks for the house rules, one for films
        page = client.get(chat.get_absolute_url())

    words = ("Rhys Cadmore", "Press officer.", "House rules", "How to take part", "Post on X", "Copenhagen, Berlin")
    assert [each for each in words if each not in page.text] == []
    assert f'href="{chat.get_absolute_url()}calendar.ics"' in page.text
    assert f'content="http://127.0.0.1:8000{chat.get_absolute_url()}card.png"' in page.text


@pytest.mark.parametrize(("seconds", "is_starting"), [(59, True), (60, False)])
def test_a_chat_within_the_minute_is_starting_now(now, seconds, is_starting):
    starts_at = now + timedelta(seconds=seconds)
    chat = Chat(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), time_zone="Europe/London")

    said = render_to_string("chats/_when.html", {"chat": chat, "now": now})

    assert ("Starting now" in said, "countdown" in said) == (is_starting, not is_starting)


def test_reading_and_why_now_are_shown_where_there_are_any():
    offer = SimpleNamespace(why="Because of <b>June</b>.", care="It tells of loss.")
    readings = [
        SimpleNamespace(title="<i>A study</i>", address="https://doi.example/1", is_academic=True),
        SimpleNamespace(title="A story", address="https://story.example/", is_academic=False),
    ]

    why = render_to_string("chats/_why.html", {"offer": offer})
    read = render_to_string("chats/_readings.html", {"readings": readings})
    nothing = [render_to_string(f"chats/{name}.html", {}).strip() for name in ("_why", "_readings")]

    assert all(words in why for words in ("Because of &lt;b&gt;June&lt;/b&gt;.", "It tells of loss."))
    assert ("&lt;i&gt;A study" in read, read.count('class="academic"')) == (True, 1)
    assert nothing == ["", ""]


def test_what_machines_read_cannot_be_broken_out_of(client):
    chat = coming(3, title=NASTY, summary=NASTY)
    ChatHost.objects.create(chat=chat, handle="mallory", name=NASTY)

    page = client.get(chat.get_absolute_url()).text

    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    told = json.loads(block)
    assert (told["name"], told["performer"][0]["name"]) == (NASTY, NASTY)
    assert ("<" in block, page.count("<script"), "<script>" in page) == (False, 2, False)


@pytest.mark.parametrize(
    ("moment", "said", "new_york"),
    [
        (datetime(2026, 7, 1, 20, tzinfo=UTC), "9 to 10 pm UK time (BST)", "4 pm Wed"),
        (datetime(2027, 3, 17, 21, tzinfo=UTC), "9 to 10 pm UK time (GMT)", "5 pm Wed"),  # clocks changed there alone
        (datetime(2027, 3, 31, 20, tzinfo=UTC), "9 to 10 pm UK time (BST)", "4 pm Wed"),
        (datetime(2027, 10, 27, 20, tzinfo=UTC), "9 to 10 pm UK time (BST)", "4 pm Wed"),
        (datetime(2027, 11, 3, 21, tzinfo=UTC), "9 to 10 pm UK time (GMT)", "5 pm Wed"),  # here alone
    ],
)
def test_hours_are_right_whichever_clocks_have_changed(moment, said, new_york):
    chat = ChatFactory(starts_at=moment, ends_at=moment + timedelta(hours=1))
    now = moment - timedelta(days=20)

    when = render_to_string("chats/_when.html", {"chat": chat, "now": now})
    elsewhere = render_to_string("chats/_elsewhere.html", {"chat": chat})

    assert said in when
    assert f"<dt>Toronto, New York</dt><dd>{new_york}</dd>" in elsewhere


def gunzipped(response):
    return gzip.decompress(response.content) if response.has_header("Content-Encoding") else response.content
