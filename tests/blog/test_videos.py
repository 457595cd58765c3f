"""The pages of films: who sees what, whom they ask, what machines read, and where a chat leads to them."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.cache import cache
from django.test import override_settings
from django.utils import timezone
from PIL import Image

from blog import films
from blog.models import Carrier, Picture, Video, VideoStatus
from blog.publishing import videos
from chats.lifecycle import NotAllowed, gathering
from chats.models import Build, Event
from tests.blog.pictures import picture
from tests.blog.test_sinks import told
from tests.factories.blog import OUT_AT, VideoFactory
from tests.factories.chats import ChatFactory, EventFactory, wecops
from tests.factories.people import neighbour
from tests.hostile import vectors

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
TABLE = "/videos/table/"
HOUR = timedelta(hours=1)
PARTS = {
    "chapters": [{"at": 0, "title": "Who is there"}, {"at": 312, "title": "The last hour"}],
    "takeaways": [{"at": 312, "title": "Nobody’s hour", "words": "Help has gone home."}],
    "soundbites": [
        {"at": 431, "words": "I know every siren in this city.", "marked": "every siren", "by": "Kit Marrish"}
    ],
    "speakers": [{"name": "Kit Marrish", "role": "control room"}, {"name": "Beth Quarrie", "role": "nurse"}],
    "partners": [{"name": "Harbour Films", "gave": "cameras", "address": "https://harbour.example/"}],
}
WORDS = "0:04 Kit Marrish: Tea or tea?\n0:09 Beth Quarrie: Tea.\n" + "".join(
    f"{minute}:00 Kit Marrish: Minute {minute}.\n" for minute in range(1, 9)
)


@pytest.fixture
def video():
    facts = {"transcript": WORDS, "channel": "https://harbour.example/films", "channel_name": "Harbour"}
    return VideoFactory(slug="table", title="Three shifts", parts=PARTS, **facts)


def shown_live(slug="live", *, begins, key="", **told):
    now = timezone.now()
    begins_at = now + begins
    told = {"carrier": "youtube" if key else "", "key": key, "seconds": None, **told}
    return VideoFactory(slug=slug, title="Search team", starts_at=begins_at, ends_at=begins_at + 3 * HOUR, **told)


def policy(response):
    return response["Content-Security-Policy"]


def linked_data(page):
    return json.loads(page.partition('<script type="application/ld+json">')[2].partition("</script>")[0])


def test_a_film_has_its_parts_tied_to_seconds(client, video):
    text = client.get(TABLE).text

    assert [word for word in (
        '<a class="btn btn--accent btn--big" href="?play=1#film" rel="nofollow">',
        "Play, 24 minutes",
        '<a href="?play=1&amp;t=312#film" rel="nofollow"><b class="num">5.12</b>',
        '<h3>Nobody’s hour</h3>',
        "I know <mark>every siren</mark> in this city.",
        "<bdi>Kit Marrish</bdi>, control room",
        "<strong><bdi>Beth Quarrie</bdi></strong>",
        "Read the whole transcript",
        '<a href="https://harbour.example/" rel="noopener nofollow">Harbour Films</a>',
        '<a class="more" href="https://harbour.example/films" rel="noopener nofollow">Harbour</a>',
        '<a href="https://www.youtube.com/watch?v=WeCops-Film" rel="noopener nofollow">Watch it at YouTube</a>',
    ) if word not in text] == []  # fmt: skip


@pytest.mark.parametrize(
    ("carrier", "key", "frame"),
    [
        (
            "youtube",
            "WeCops-Film",
            "https://www.youtube-nocookie.com/embed/WeCops-Film?autoplay=1&amp;rel=0&amp;start=95",
        ),
        ("vimeo", "123456789", "https://player.vimeo.com/video/123456789?dnt=1&amp;autoplay=1#t=95s"),
    ],
)
def test_only_the_answer_to_play_has_a_frame_and_lets_in_one_host(client, carrier, key, frame):
    VideoFactory(slug="table", carrier=carrier, key=key)

    before, playing = client.get(TABLE), client.get(f"{TABLE}?play=1&t=95")

    assert ("<iframe" in before.text, "frame-src" in policy(before)) == (False, False)
    assert f'<iframe src="{frame}" title=' in playing.text
    assert policy(playing) == f"{policy(before)}; frame-src {films.FRAMES[Carrier(carrier)]}"
    assert playing["Referrer-Policy"] == "strict-origin-when-cross-origin"  # or its player refuses to play
    assert playing["Cache-Control"] == "no-store"
    assert (playing.cookies, before.cookies) == ({}, {})
    assert "frame-src" not in policy(client.get(TABLE))  # also from the cache


@pytest.mark.parametrize("asked", ["play=1&t=99999", "play=1&t=-1", "play=1&t=%F0%9D%9F%8F", "play=1&t=1e3", "play=1"])
def test_a_place_that_is_not_in_it_is_its_beginning(client, video, asked):
    text = client.get(f"{TABLE}?{asked}").text

    assert 'src="https://www.youtube-nocookie.com/embed/WeCops-Film?autoplay=1&amp;rel=0"' in text


def test_the_chapter_that_is_played_is_told(client, video):
    chapters = client.get(f"{TABLE}?play=1&t=400").text.partition('<ol class="chapters')[2]
    playing = chapters.partition('aria-current="true">')[2]

    assert 'The last hour</span><span class="vh"> (playing)</span>' in playing[:120]
    assert client.get(f"{TABLE}?play=2").text.count("<iframe") == 0


def test_machines_read_it_with_clips(client, video):
    facts = linked_data(client.get(TABLE).text)

    here = f"{SITE}{TABLE}"
    wanted = {
        "@type": "VideoObject",
        "name": "Three shifts",
        "description": "What is seen in it, in a sentence.",
        "thumbnailUrl": [f"{here}card.png"],
        "uploadDate": "2016-04-26T19:00+01:00",
        "duration": "P0DT00H24M00S",
        "embedUrl": "https://www.youtube-nocookie.com/embed/WeCops-Film",
        "hasPart": [
            {"name": "Who is there", "startOffset": 0, "endOffset": 312, "url": f"{here}?play=1&t=0", "@type": "Clip"},
            {
                "name": "The last hour", "startOffset": 312, "endOffset": 1440, "url": f"{here}?play=1&t=312",
                "@type": "Clip",
            },
        ],
    }  # fmt: skip
    assert {name: facts[name] for name in wanted} == wanted
    assert "publication" not in facts


def test_what_is_shown_live_is_a_broadcast(client):
    video = shown_live(begins=-HOUR, key="WeCops-Live")

    facts = linked_data(client.get("/videos/live/").text)

    assert facts["publication"]["isLiveBroadcast"] is True
    assert facts["publication"]["startDate"] == timezone.localtime(video.starts_at).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("begins", "key", "says", "says_not"),
    [
        (HOUR, "WeCops-Live", ["Come back then", "If the film stops"], ["Watch live", "Look for new words"]),
        (-HOUR, "WeCops-Live", ['"pill pill--live">Live', "Watch live", "as they come", "Look for new"], ["Over"]),
        (-HOUR, "", ['"pill pill--live">Live', "has not arrived yet"], ["Watch live"]),
        (-9 * HOUR, "", ["The recording will stand here."], [">Play<"]),
        (-9 * HOUR, "WeCops-Live", ["Shown live on", ">Play<"], ["pill--live", "Look for new", "If the film stops"]),
    ],
)
def test_what_is_shown_live_is_to_come_goes_on_and_is_over(client, begins, key, says, says_not):
    shown_live(begins=begins, key=key)

    text = client.get("/videos/live/").text.replace("</svg>Play</a>", "</svg>>Play<")

    assert ([word for word in says if word not in text], [word for word in says_not if word in text]) == ([], [])
    assert ("<iframe" in client.get("/videos/live/?play=1").text) is (begins < HOUR and bool(key))


def test_while_it_is_shown_live_places_are_times_of_day_and_the_newest_words_stand_first(client):
    begins_at = timezone.localtime().replace(minute=0, second=0, microsecond=0)
    facts = {"starts_at": begins_at, "ends_at": timezone.now() + HOUR, "seconds": None}
    words = {"transcript": "0:30 Ann: First.\n2:00 Ann: Second."}
    VideoFactory(slug="live", parts={"chapters": [{"at": 120, "title": "The map"}]}, **facts, **words)

    text = client.get("/videos/live/").text

    chapter = text.partition('<b class="num">')[2].partition("</b>")[0]
    assert chapter == f"{begins_at.hour % 12 or 12}.02 {'am' if begins_at.hour < 12 else 'pm'}"
    assert text.index("Second.") < text.index("First.")


@pytest.mark.parametrize(("begins", "said"), [(HOUR, "Live on "), (-HOUR, "Live now")])
def test_another_film_leads_to_what_is_shown_live(client, video, begins, said):
    shown_live(begins=begins)

    panel = client.get(TABLE).text.partition('<h2 id="live-next">')[2].partition("</section>")[0]

    assert (panel.startswith(said), 'href="/videos/live/"' in panel) == (True, True)


def test_where_it_has_stopped_it_says_what_happened(client):
    shown_live(begins=-HOUR, key="WeCops-Live", trouble="The line is down.")

    assert "The line is down." in client.get("/videos/live/").text


def test_captions_are_a_file(client, video):
    VideoFactory(slug="silent")

    response = client.get(f"{TABLE}captions.vtt")

    assert response["Content-Type"] == "text/vtt; charset=utf-8"
    assert response.text.startswith("WEBVTT\n\n00:00:04.000 --> 00:00:09.000\n<v Kit Marrish>Tea or tea?\n")
    assert client.get("/videos/silent/captions.vtt").status_code == 404


def test_words_that_cannot_be_read_are_left_out(client):
    VideoFactory(slug="table", transcript="Tea or tea?")

    assert "Read the words" not in client.get(TABLE).text


def test_a_card_is_a_picture(client, video):
    response = client.get(f"{TABLE}card.png")

    assert Image.open(BytesIO(response.content)).size == (1200, 630)
    video.speaker_facts = []
    told = [films.drawing(video).when]
    for changed in ({"seconds": None}, {"starts_at": OUT_AT}):
        vars(video).update(changed)
        told.append(films.drawing(video).when)
    assert told == ["A film of 24 minutes", "A film", "Live on Tuesday 26 April 2016"]
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_drafts_are_nowhere_and_what_was_taken_down_says_so(client, video):
    VideoFactory(slug="draft", title="Secret", status=VideoStatus.DRAFT, published_at=None)
    gone = VideoFactory(slug="gone", title="Secret")
    videos.take_down(gone, now=timezone.now())

    below = ("", "?play=1", "captions.vtt", "card.png")
    assert [client.get(f"/videos/draft/{path}").status_code for path in below] == 4 * [404]
    assert [client.get(f"/videos/gone/{path}").status_code for path in below] == [410, 410, 404, 404]
    lists = ("/videos/", TABLE, "/sitemap-videos.xml")
    assert [path for path in lists if "Secret" in client.get(path).text or "/gone/" in client.get(path).text] == []


def test_another_communitys_films_are_not_here(client, video):
    VideoFactory(slug="theirs", title="Theirs", community=neighbour())

    with override_settings(ALLOWED_HOSTS=["testserver", "other.example"]):
        here = [client.get(path) for path in ("/videos/", TABLE, "/sitemap-videos.xml")]
        missing = [client.get(f"/videos/theirs/{path}").status_code for path in ("", "captions.vtt", "card.png")]
        there = client.get("/videos/", headers={"host": "other.example"}).text

    assert [answer.status_code for answer in here] == [200, 200, 200]
    assert [answer for answer in here if "heirs" in answer.text] == []
    assert missing == [404, 404, 404]
    assert ("Theirs" in there, "Three shifts" in there) == (True, False)


@pytest.mark.parametrize("number", [1, 9])
def test_pages_take_as_many_queries_however_much_there_is(client, video, number, django_assert_num_queries):
    for place in range(number):
        shown_live(f"live{place}", begins=HOUR)
        video.chapters.create(at=place + 1, title="More")
    Video.objects.update(chat=ChatFactory())

    with django_assert_num_queries(3):  # the community, the film with all that is told of it, other films
        client.get(TABLE)
    with django_assert_num_queries(0):  # kept
        client.get(TABLE)
    with django_assert_num_queries(3):
        client.get(f"{TABLE}?play=1")
    with django_assert_num_queries(3):  # how many there are
        client.get("/videos/")


def test_the_list_has_what_is_live_on_top_and_says_where_there_is_nothing(client):
    assert "There is no film yet." in client.get("/videos/").text
    VideoFactory(title="Three shifts")
    shown_live(begins=HOUR)
    cache.clear()

    text = client.get("/videos/").text

    assert text.index("Search team") < text.index("Three shifts")


def test_a_chat_to_come_leads_to_its_film(client, django_assert_num_queries):
    chat = ChatFactory(slug="soon", starts_at=timezone.now() + 2 * HOUR, ends_at=timezone.now() + 3 * HOUR)
    shown_live(begins=HOUR, chat=chat)
    VideoFactory(title="Secret", chat=chat, status=VideoStatus.DRAFT, published_at=None)

    text = client.get(chat.get_absolute_url()).text

    assert 'href="/videos/live/"><b>Search team</b>' in text
    assert ("See the work first" in text, "Live on" in text, "Secret" in text) == (True, True, False)
    assert "Talk about it at" in client.get("/videos/live/").text
    Video.objects.update(starts_at=timezone.now())
    assert "On now." in client.get(chat.get_absolute_url()).text


def test_an_event_leads_to_its_films_and_its_chat_and_both_lead_back(client, video, built, build):
    """Also from the page of a chat that was kept before it was part of anything."""
    times = {"starts_at": timezone.now() + HOUR, "ends_at": timezone.now() + 2 * HOUR}
    waiting = ChatFactory(slug="soon", **times)
    event = EventFactory(title="In the shed", live_chat=waiting, **times)
    draft = EventFactory(title="Not yet", live_chat=waiting, status="draft", **times)
    Video.objects.update(event=event)
    VideoFactory(title="Of the chat", chat=waiting)
    VideoFactory(title="Secret", event=event, status=VideoStatus.DRAFT, published_at=None)

    page, of_chat = (client.get(each.get_absolute_url()).text for each in (event, waiting))

    assert [each in page for each in (f'href="{TABLE}"><b>', "Of the chat", "Secret")] == [True, True, False]
    assert [each in of_chat for each in (event.get_absolute_url(), "Not yet")] == [True, False]
    assert event.get_absolute_url() in client.get(TABLE).text
    Video.objects.update(event=draft)
    cache.clear()
    assert "Not yet" not in client.get(TABLE).text

    def told_of(chat):
        was, event.live_chat = Event.objects.get(pk=event.pk), chat
        event.save()
        gathering.renew(event, was)
        assert Build.objects.get(chat=built.chat).next_due_at is not None
        build(built.chat)
        cache.clear()
        return event.get_absolute_url() in client.get(built.chat.get_absolute_url()).text

    assert [told_of(built.chat), told_of(None)] == [True, False]


def test_the_kept_page_of_a_chat_is_made_anew_with_its_film_and_without(client, built, build, video):
    chat = built.chat

    def told_of(changed):
        changed()
        assert Build.objects.get(chat=chat).next_due_at is not None
        build(chat)
        cache.clear()
        return "Film of the work" in client.get(chat.get_absolute_url()).text

    def sit_beside():
        Video.objects.update(chat=chat)
        videos.tell(video, now=timezone.now())

    def go_elsewhere():
        Video.objects.update(chat=None)
        videos.tell(video, now=timezone.now(), chat_before=chat.pk)

    version = built.version
    assert [
        told_of(sit_beside),
        told_of(lambda: videos.take_down(video, now=timezone.now())),
        told_of(lambda: videos.publish(video, now=timezone.now())),
        told_of(go_elsewhere),
    ] == [True, False, True, False]
    assert chat.build.published.version == version  # nothing else was said


def test_a_change_is_seen_at_once(client, video, django_capture_on_commit_callbacks):
    client.get(TABLE)
    Video.objects.update(title="Another name")

    with override_settings(SITE_URL="http://testserver"), django_capture_on_commit_callbacks(execute=True):
        videos.tell(video, now=timezone.now())

    assert "Another name" in client.get(TABLE).text


def test_what_can_never_be_seen_is_not_published(now):
    video = VideoFactory(status=VideoStatus.DRAFT, published_at=None, carrier="", key="")

    with pytest.raises(NotAllowed, match="nothing to see yet"):
        videos.publish(video, now=now)
    with pytest.raises(NotAllowed, match="is draft, so it cannot become unpublished"):
        videos.take_down(video, now=now)
    with pytest.raises(NotAllowed, match="Enter a valid"):
        videos.write(wecops(), "two words", {}, now=now, title="A film")


def test_its_picture_is_ours_and_goes_with_it(client, video):
    videos.illustrate(video, picture(640, 400), now=OUT_AT)
    path = f"/blog/pictures/{video.hero_id}-small.webp"

    assert client.get(path)["Content-Type"] == "image/webp"
    assert f'<img class="art" src="{path}" alt=""' in client.get(TABLE).text
    assert linked_data(client.get(TABLE).text)["thumbnailUrl"][0] == f"{SITE}{path.replace('small', 'wide')}"
    with pytest.raises(NotAllowed, match="no picture that we can read"):
        videos.illustrate(video, b"<svg>", now=OUT_AT)
    videos.illustrate(video, None, now=OUT_AT)
    assert Picture.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("https://www.youtube.com/watch?v=WeCops-Film", ("youtube", "WeCops-Film")),
        ("https://youtube.com/watch?app=x&v=WeCops-Film&t=9s", ("youtube", "WeCops-Film")),
        (" https://youtu.be/WeCops-Film?t=9 ", ("youtube", "WeCops-Film")),
        ("https://m.youtube.com/live/WeCops-Film", ("youtube", "WeCops-Film")),
        ("https://www.youtube-nocookie.com/embed/WeCops-Film", ("youtube", "WeCops-Film")),
        ("https://vimeo.com/123456789", ("vimeo", "123456789")),
        ("https://player.vimeo.com/video/123456789?dnt=1", ("vimeo", "123456789")),
        ("http://www.youtube.com/watch?v=WeCops-Film", None),
        ("https://www.youtube.com/watch?v=WeCops-Film2", None),
        ("https://www.youtube.com.evil.example/watch?v=WeCops-Film", None),
        ("https://evil.example/?https://youtu.be/WeCops-Film", None),
        ("https://youtu.be/WeCops-Fil\N{GREEK SMALL LETTER MU}", None),
        ("https://vimeo.com/channels/9", None),
        ("https://vimeo.com/123456789/abcdef0123", None),  # for whoever has the address: it would not play
        ("javascript:alert(1)", None),
    ],
)
def test_the_address_of_a_film_is_known_as_people_copy_it(typed, place):
    assert films.place(typed) == place


def test_a_film_keeps_its_structure_whatever_is_said_in_it(client, video, deep):
    def shown(text):
        line = " ".join(text.split())[:100] or "x"
        words = {"title": line, "summary": line, "trouble": line, "promises": line, "channel_name": line}
        Video.objects.update(**words, transcript=f"0:04 {line}\n0:59 {line}")
        video.chapters.update(title=line)
        video.takeaways.update(title=line, words=line)
        video.soundbites.update(words=line, marked=line[:9], by=line)
        video.partners.update(name=line, gave=line)
        pages = [client.get(f"{path}?v=1").text for path in (TABLE, "/videos/")]
        return [*pages, client.get(f"{TABLE}?play=1").text]

    expected = [told(html) for html in shown("Harmless words")]
    for text in vectors(1_000 if deep else 6, seed=7):
        found = shown(text)
        assert [told(html) for html in found] == expected, text
        assert linked_data(found[0])["name"] == " ".join(text.split())[:100]
