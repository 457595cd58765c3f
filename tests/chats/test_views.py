"""Every public address of chats: what it answers, what it costs, and what it never sets."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from chats import shelf
from chats.ingest import removal
from chats.models import Build, Chat
from tests.factories.chats import START, ChatFactory, QuestionFactory
from tests.factories.conversation import CONVERSATION

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

CHAT = "/chats/2026/11/18/first-night/"
STORED = [CHAT, f"{CHAT}transcript/", f"{CHAT}transcript/time/", f"{CHAT}transcript/q1/"]
FILES = [f"transcript.{kind}" for kind in ("json", "csv", "txt", "html")] + ["cite.ris", "cite.bib"]
STORED += [f"{CHAT}{below}" for below in ("transcript/people/", "stats/", "resources/", *FILES)]


@pytest.fixture
def packed(client):
    """A reader whose browser takes gzip, as all do."""
    client.defaults["HTTP_ACCEPT_ENCODING"] = "gzip, br"
    return client


@pytest.mark.parametrize("path", STORED)
def test_a_stored_page_costs_three_queries_cold_and_none_warm(built, packed, path, django_assert_num_queries):
    with django_assert_num_queries(2):
        cold = packed.get(path)
    with django_assert_num_queries(0):
        warm = packed.get(path)
    with django_assert_num_queries(0):
        unchanged = packed.get(path, headers={"if-none-match": warm["ETag"]})

    assert (cold.status_code, warm.status_code, unchanged.status_code) == (200, 200, 304)
    assert cold.content == warm.content
    assert unchanged.content == b""


def test_a_page_that_was_read_before_a_removal_is_not_kept_after_it(built, packed, django_capture_on_commit_callbacks):
    generation = shelf.generation(f"{CHAT}transcript/")
    answer = shelf.fetch(built.chat.community, built.chat.slug, "transcript/")
    with django_capture_on_commit_callbacks(execute=True):
        removal.take_back("x", ["103"])

    shelf.remember("testserver", f"{CHAT}transcript/", answer, "", generation)

    assert packed.get(f"{CHAT}transcript/").status_code == 503  # it is being made anew


@pytest.mark.parametrize("below", ["", "transcript/", "cite.bib"])
def test_a_chat_with_pages_has_them_even_where_its_day_is_ahead(built, packed, below):
    """For such a day they are looked for last; an address of digits without end is none."""
    Chat.objects.filter(pk=built.chat_id).update(
        starts_at=START + timedelta(days=4000), ends_at=START + timedelta(days=4000, hours=1)
    )
    chat = Chat.objects.get()

    response = packed.get(f"{chat.get_absolute_url()}{below}")
    elsewhere = packed.get(f"/chats/2100/1/1/first-night/{below}")

    assert (response.status_code, response["ETag"][:1]) == (200, '"')
    assert (elsewhere.status_code, elsewhere["Location"]) == (301, f"{chat.get_absolute_url()}{below}")
    assert packed.get(f"/chats/{'9' * 5000}/1/1/first-night/{below}").status_code == 404


@pytest.mark.parametrize("path", STORED)
def test_a_stored_page_sets_no_cookie_and_is_always_asked_about(built, packed, path):
    response = packed.get(path)

    assert response.cookies == {}
    assert (response["Cache-Control"], response["Vary"]) == ("no-cache", "Accept-Encoding")


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "br, gzip; q=0.0, *"])
def test_a_reader_without_gzip_gets_plain_bytes(built, client, accepted):
    response = client.get(f"{CHAT}transcript/", headers={"accept-encoding": accepted})

    assert response.has_header("Content-Encoding") is False
    assert b"Take a pen. Take two." in response.content


@pytest.mark.parametrize(
    ("file", "kind", "disposition"),
    [
        ("transcript.json", "application/json", 'inline; filename="first-night.json"'),
        ("transcript.csv", "text/csv; charset=utf-8; header=present", 'attachment; filename="first-night.csv"'),
        ("transcript.txt", "text/plain; charset=utf-8", 'inline; filename="first-night.txt"'),
        ("transcript.html", "text/html; charset=utf-8", 'inline; filename="first-night.html"'),
        (
            "cite.ris",
            "application/x-research-info-systems; charset=utf-8",
            'attachment; filename="first-night.ris"',
        ),
        ("cite.bib", "application/x-bibtex; charset=utf-8", 'attachment; filename="first-night.bib"'),
    ],
)
def test_a_file_says_what_it_is_and_is_saved_under_the_name_of_its_chat(built, packed, file, kind, disposition):
    cold, warm = packed.get(CHAT + file), packed.get(CHAT + file)

    assert (cold["Content-Type"], cold["Content-Disposition"]) == (kind, disposition)
    assert (warm["Content-Type"], warm["Content-Disposition"]) == (kind, disposition)


def test_a_page_is_not_a_file(built, packed):
    assert packed.get(f"{CHAT}transcript/").has_header("Content-Disposition") is False


def test_an_unknown_query_string_changes_nothing(built, packed, django_assert_num_queries):
    plain = packed.get(f"{CHAT}transcript/")

    with django_assert_num_queries(0):
        other = packed.get(f"{CHAT}transcript/?utm=1")

    assert other.content == plain.content


def test_a_new_version_is_seen_at_once(chat, built, build, packed):
    """The address of the site is the one whose cache is cleared."""
    packed.defaults["HTTP_HOST"] = "127.0.0.1:8000"
    before = packed.get(f"{CHAT}transcript/")

    build(chat, CONVERSATION[3]._replace(id="777", text="A1 One more thing"))

    assert packed.get(f"{CHAT}transcript/")["ETag"] != before["ETag"]


def test_a_wrong_date_leads_to_the_right_one(built, client):
    response = client.get("/chats/2020/01/01/first-night/transcript/")

    assert (response.status_code, response["Location"]) == (301, f"{CHAT}transcript/")


@pytest.mark.parametrize("below", ["transcript/q9/", "transcript/time/7/", "transcript/people/9/"])
def test_a_page_that_no_transcript_has_is_not_found(built, client, below):
    assert client.get(CHAT + below).status_code == 404


def test_an_unknown_chat_is_not_found(client):
    assert client.get("/chats/2026/11/18/nobody/").status_code == 404


@pytest.mark.parametrize(
    ("offset", "sentence"),
    [
        (timedelta(hours=23), "upcoming"),
        (timedelta(minutes=-10), "live"),
        (timedelta(days=-2), "closed"),
    ],
)
def test_a_chat_without_a_transcript_says_where_it_stands(client, settings, offset, sentence):
    starts_at = timezone.now() + offset
    chat = ChatFactory(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    QuestionFactory(chat=chat, number=1, text="What would help?")

    response = client.get(chat.get_absolute_url())

    assert (response.status_code, response.context["phase"]) == (200, sentence)
    assert "What would help?" in response.text


def test_the_transcript_of_a_chat_without_one_leads_to_the_chat(client, chat):
    response = client.get(f"{CHAT}transcript/")

    assert (response.status_code, response["Location"]) == (302, CHAT)


def test_withdrawn_pages_are_not_served(built, client, now):
    Build.objects.update(withdrawn_at=now)

    responses = [client.get(path) for path in STORED]

    assert [response.status_code for response in responses] == [503] * len(STORED)
    assert {response["Retry-After"] for response in responses} == {"30"}
    assert [response for response in responses if b"Take a pen" in response.content] == []


def test_head_answers_without_a_body(built, packed):
    response = packed.head(f"{CHAT}transcript/")

    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("chats", [1, 3])
def test_the_archive_costs_the_same_for_one_and_three(build, client, chats, django_assert_num_queries):
    for number in range(chats):
        build(ChatFactory(slug=f"archived-{number}", title=f"Archived {number}"), *CONVERSATION)

    with django_assert_num_queries(6):
        response = client.get(reverse("chats:archive"))

    assert [entry.title for entry in response.context["entries"]] == [f"Archived {n}" for n in range(chats)]


def test_the_archive_lists_years_newest_first(build, client):
    for year in (2024, 2026, 2024):
        starts_at = START.replace(year=year)
        chat = ChatFactory(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
        shift = starts_at - START
        build(chat, *(moved(tweet, shift) for tweet in CONVERSATION))

    response = client.get(reverse("chats:archive"))

    assert response.context["years"] == [(2026, 1), (2024, 2)]


def test_a_chat_is_filed_under_the_day_in_its_address(build, client):
    """Held in Tokyo by a community that is at home in London."""
    starts_at = datetime(2014, 12, 31, 20, 0, tzinfo=UTC)  # New Year's morning there
    chat = ChatFactory(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), time_zone="Asia/Tokyo")
    build(chat, *(moved(tweet, starts_at - START) for tweet in CONVERSATION))

    years = client.get(reverse("chats:archive")).context["years"]
    months = client.get(reverse("chats:archive-year", args=[2015])).context["months"]

    assert chat.get_absolute_url().startswith("/chats/2015/01/01/")
    assert (years, [(month, len(entries)) for month, entries in months]) == ([(2015, 1)], [(date(2015, 1, 1), 1)])


def moved(tweet, shift):
    return tweet._replace(created_at=tweet.created_at + shift)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/chats/archive/", 200),
        ("/chats/archive/2026/", 200),
        ("/chats/archive/2026/11/", 200),
        ("/chats/archive/2025/", 404),
        ("/chats/archive/2026/10/", 404),
        ("/chats/archive/9999/12/", 404),
        ("/chats/archive/2026/13/", 404),
        ("/chats/archive/2026/011/", 404),
        ("/chats/archive/02026/", 404),
        ("/chats/archive/?page=9", 404),
        ("/chats/archive/?page=x", 404),
    ],
)
def test_archive_addresses(built, client, path, status):
    assert client.get(path).status_code == status


def test_a_live_chat_is_not_in_the_archive_yet(build, client):
    now = timezone.now()
    live = ChatFactory(starts_at=now - timedelta(minutes=10), ends_at=now + timedelta(minutes=50))
    shift = live.starts_at - START
    build(live, *(moved(tweet, shift) for tweet in CONVERSATION))

    archive, home = client.get(reverse("chats:archive")), client.get("/")

    assert (archive.context["total"], home.context["latest"], home.context["next_chat"]) == (0, [], live)


def test_a_chat_without_a_transcript_is_not_in_the_archive(chat, client):
    response = client.get(reverse("chats:archive"))

    assert (Chat.objects.count(), response.context["total"]) == (1, 0)


@pytest.mark.parametrize("slug", ["chats", "11", "2026", "transcript"])
def test_a_slug_may_repeat_a_part_of_the_address(client, build, slug):
    build(ChatFactory(slug=slug), *CONVERSATION)

    statuses = [
        client.get(f"/chats/2026/11/18/{slug}/{below}").status_code for below in ("", "transcript/", "transcript.json")
    ]

    assert statuses == [200, 200, 200]


def test_a_page_is_kept_once_whatever_port_it_was_asked_at(built, packed, django_assert_num_queries):
    first = packed.get(CHAT, headers={"host": "127.0.0.1:8000"})

    with django_assert_num_queries(0):
        second = packed.get(CHAT, headers={"host": "127.0.0.1:9999"})

    assert second.content == first.content


@pytest.mark.parametrize("below", ["q1%00/", "q 1/", "%0D%0A/", f"{'q' * 400}/", "q\u00e9" * 100])
def test_a_path_that_no_cache_would_keep_is_not_found(built, client, below):
    """A warning of the cache's about its key is an error here."""
    assert client.get(f"{built.chat.get_absolute_url()}transcript/{below}").status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"error_code": "unavailable"}, "X does not answer us at the moment."),
        ({"paused_at": timezone.now()}, "Collecting from X is paused."),
        ({}, ""),
    ],
)
def test_a_chat_without_a_transcript_says_when_nothing_can_be_collected(client, fields, said):
    now = timezone.now()
    chat = ChatFactory(starts_at=now - timedelta(minutes=10), ends_at=now + timedelta(minutes=50))
    chat.captures.create(source="x", query="#WeCops", why="hashtag", **fields)

    page = client.get(chat.get_absolute_url()).text

    assert "It is happening now, on X" in page
    assert ("Nothing is lost" in page, said in page) == (bool(said), True)
