"""A long hashtag file -> its chats."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts import leases
from accounts.models import Community
from chats.models import Chat, Tweet
from tests.chats.sources.building import json_lines, v2_page, v2_tweet
from tests.factories.chats import ChatFactory
from tests.simulators.practice import practice, to_twarc_v2

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    """Two evenings, a fortnight apart, the later one first, with a line that is none."""
    later = practice()
    earlier = practice(starts_at=later.starts_at - timedelta(days=14))
    path = tmp_path / "hashtag.jsonl"
    path.write_bytes(b"".join([*to_twarc_v2(later), b"no tweet\n", *to_twarc_v2(earlier)]))
    return path


def run(file, **options):
    out = StringIO()
    call_command("import_chats", str(file), stdout=out, stderr=StringIO(), **options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_import_chats_archives_every_evening(file):
    printed = run(file, host=["WeCops"])

    chats = Chat.objects.order_by("starts_at")
    assert [line["chat"] for line in printed] == [chat.slug for chat in chats]
    assert [chat.slug for chat in chats] == [f"wecops-{chat.local_date:%Y-%m-%d}" for chat in chats]
    assert [chat.starts_at for chat in chats] == [practice().starts_at - timedelta(days=14), practice().starts_at]
    assert [line["version"] for line in printed] == [1, 1]
    assert [line["created"] for line in printed] == [chat.tweets.count() for chat in chats]
    assert [line for line in printed if line["outside_window"] or line["created"] < 300] == []
    assert "This line is not JSON" in file.with_name("hashtag.jsonl.rejected.csv").read_text()


def test_import_chats_leaves_no_list_of_an_earlier_run(file):
    left = file.with_name("hashtag.jsonl.rejected.csv")
    run(file)
    assert left.exists()
    file.write_bytes(file.read_bytes().replace(b"no tweet\n", b""))

    run(file)

    assert not left.exists()


def test_import_chats_again_changes_nothing(file):
    first = run(file, host=["WeCops"])
    tweets = Tweet.objects.count()

    second = run(file, host=["WeCops"])

    assert [(line["chat"], line["created"], line["version"]) for line in second] == [
        (line["chat"], 0, 1) for line in first
    ]
    assert Tweet.objects.count() == tweets


@pytest.mark.parametrize(("hashtag", "joined"), [([], True), (["#wecops"], True), (["NightShift"], False)])
def test_import_chats_joins_a_chat_of_that_hour_only_under_its_hashtag(file, hashtag, joined):
    facts = practice()
    planned = ChatFactory(slug="planned", starts_at=facts.starts_at, ends_at=facts.ends_at, hashtags=["WeCops"])

    run(file, hashtag=hashtag)

    assert planned.tweets.exists() is joined
    assert Chat.objects.count() == (2 if joined else 3)


def test_import_chats_whose_list_of_refused_rows_cannot_be_written_archives_all_the_same(file):
    file.with_name("hashtag.jsonl.rejected.csv").mkdir()

    with pytest.raises(CommandError, match="could not be written: Is a directory"):
        run(file)

    assert Chat.objects.count() == 2


def test_import_chats_of_a_file_that_a_worker_reads_gets_a_sentence(file):
    run(file)
    leases.claim_one(Chat.objects.first().captures.get())

    with pytest.raises(CommandError, match="a worker reads it just now"):
        run(file)


def test_import_chats_asks_which_community_is_meant(file):
    Community.objects.create(slug="wenurses", name="WeNurses", handle="N", hashtags=["N"], domain="nurses.example")

    with pytest.raises(CommandError) as error:
        run(file)

    assert str(error.value) == "Say which community with --community: wecops, wenurses."


def test_import_chats_without_a_conversation_gets_a_sentence(tmp_path):
    few = tmp_path / "few.jsonl"
    few.write_bytes(json_lines(v2_page([v2_tweet(number) for number in range(5)])))

    with pytest.raises(CommandError) as error:
        run(few)

    assert str(error.value).startswith(f"There is no conversation in {few}: no hour with 20 tweets by 3 people")


@pytest.mark.parametrize("gap", ["3", "soon", "3d", "-1h"])
def test_import_chats_refuses_a_gap_that_is_none(file, gap):
    with pytest.raises(CommandError) as error:
        call_command("import_chats", str(file), f"--gap={gap}")

    assert f"'{gap}' is no length of time. One is written like 3h or 90m." in str(error.value)


def test_import_chats_of_a_file_that_has_grown_makes_no_second_chat(file, tmp_path):
    run(file, host=["WeCops"])
    early = [v2_tweet(number) for number in range(30)]
    for number, tweet in enumerate(early):
        at = practice().starts_at - timedelta(minutes=40 - number)
        tweet |= {"created_at": f"{at:%Y-%m-%dT%H:%M:%S}.000Z", "id": str(number + 1), "edit_history_tweet_ids": []}
    file.write_bytes(json_lines(v2_page(early)) + file.read_bytes())

    run(file, host=["WeCops"])

    assert Chat.objects.count() == 2


@pytest.mark.parametrize(
    ("year", "sentence"),
    [(2001, "A chat is held between 2006 and 2100"), (2098, "is not over yet: look at the times in the file.")],
)
def test_import_chats_leaves_out_what_cannot_be_a_chat_and_makes_the_others(file, year, sentence):
    strange = practice(starts_at=practice().starts_at.replace(year=year))
    file.write_bytes(file.read_bytes() + b"".join(_without_ids(to_twarc_v2(strange))))

    with pytest.raises(CommandError) as error:
        run(file, host=["WeCops"])

    assert sentence in str(error.value)
    assert Chat.objects.count() == 2


def _without_ids(lines):
    """Ids that tell no time, so that the stated one counts."""
    for number, line in enumerate(lines):
        page = json.loads(line)
        for place, tweet in enumerate(page["data"]):
            tweet |= {"id": str(1 + number * 1000 + place), "edit_history_tweet_ids": [], "referenced_tweets": []}
        yield json.dumps(page).encode() + b"\n"
