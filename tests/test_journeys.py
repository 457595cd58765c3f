"""The paths of data from one end to the other, through commands, tasks and pages."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from chats.ingest.removal import NOTHING
from chats.models import Build, Chat, Tweet, Withheld
from tests.simulators.practice import practice, to_twarc_v2

pytestmark = pytest.mark.django_db


def run(*command, **options):
    out = StringIO()
    call_command(*command, stdout=out, **options)
    return json.loads(out.getvalue().splitlines()[-1])


@pytest.fixture
def imported(tmp_path):
    """The practice chat, from its file into rows."""
    facts = practice()
    file = tmp_path / "practice.jsonl"
    file.write_bytes(b"".join(to_twarc_v2(facts)))
    times = {"starts": facts.starts_at.isoformat(), "ends": facts.ends_at.isoformat()}
    new = {"create": True, "title": facts.title, "hashtag": list(facts.hashtags), **times}
    run("import_tweets", facts.slug, str(file), **new)
    return Chat.objects.get(slug=facts.slug)


def test_a_tweet_goes_from_a_file_to_its_page(client, imported):
    path = imported.get_absolute_url()
    before = client.get(f"{path}transcript/")

    done = run("sweep")

    page = client.get(f"{path}transcript/")
    tweet = imported.tweets.filter(withheld=Withheld.SHOWN, number__isnull=False, retweet_of="").first()
    assert (before.status_code, page.status_code) == (302, 200)
    assert done == {
        "builds": 1, "captures": 0, "failed": 0, "feeds": 0, "mails": 0, "newsletters": 0, "notices": 0, "pictures": 0,
        "rechecks": 0,
    }  # fmt: skip
    assert f'id="t{tweet.number}"' in page.text
    assert f'href="{path}"' in client.get("/chats/archive/").text
    assert path in client.get("/").text


def test_a_sweep_renders_every_stale_page(imported):
    run("sweep")
    Build.objects.update(renderer="another")

    assert run("sweep")["builds"] == 1
    assert not Build.objects.filter(renderer="another").exists()


def test_a_tweet_that_is_taken_back_leaves_every_page(client, imported):
    client.defaults["HTTP_HOST"] = "127.0.0.1:8000"  # the site's own address, whose cache a build clears
    path = imported.get_absolute_url()
    run("sweep")
    tweet = imported.tweets.filter(retweet_of="", text__startswith="A1").first()
    words = tweet.text[len("A1") :].strip(": ")[:30]
    assert words in client.get(f"{path}transcript/").text.replace("&#x27;", "'")

    Tweet.objects.filter(pk=tweet.pk).update(withheld="author", **NOTHING)
    run("build_transcript", imported.slug)

    pages = [client.get(f"{path}{below}").text for below in ("", "transcript/", "transcript/time/", "transcript/q1/")]
    assert [words in page.replace("&#x27;", "'") for page in pages] == [False] * 4
    assert f'id="t{tweet.number}"' in pages[2]
