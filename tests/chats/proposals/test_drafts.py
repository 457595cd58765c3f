"""What a host types: kept whole or refused with a sentence, never cut."""

import pytest

from accounts.models import Community
from chats import lifecycle, proposals
from chats.models import Vote
from chats.proposals import Host, NotAllowed, Unfinished, problems
from tests.factories.chats import wecops
from tests.factories.proposals import evenings, member, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def nell(db):
    return member("Nell Harrow")


@pytest.fixture
def draft(nell, now):
    return proposals.begin(wecops(), nell, now=now)


def test_a_draft_begins_with_its_host_and_the_community_s_hashtag(draft, nell):
    host = draft.hosts.get()

    assert (host.handle, host.name, host.biography, host.user) == ("nell", "Nell Harrow", "Sergeant.", nell)
    assert draft.hashtag == "WeCops"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"title": "x" * 161}, "1 characters too long"),
        ({"hashtag": "#wecops"}, "with a capital for each word"),
        ({"hashtag": "We Cops"}, "is not a hashtag"),
        ({"kind": "gossip"}, "not a valid choice"),
    ],
)
def test_what_does_not_fit_is_refused(draft, now, facts, said):
    with pytest.raises(NotAllowed, match=said):
        proposals.write(draft, now=now, **facts)


def test_a_topic_is_one_of_the_community(draft, now):
    other = Community.objects.create(slug="wenurses", name="WeNurses", handle="WeNurses", hashtags=["WeNurses"])

    with pytest.raises(NotAllowed, match="of another community"):
        proposals.write(draft, now=now, topic=lifecycle.open_topic(other, "wards", name="Wards"))


def test_words_are_kept_without_what_cannot_be_seen(draft, now):
    proposals.write(draft, now=now, title="Cells\r\n\x00 \u202eand cells", why="One.\r\nTwo.\x00", hashtag="#WeCops")

    assert (draft.title, draft.why, draft.hashtag) == ("Cells and cells", "One.\nTwo.", "WeCops")


def test_a_question_is_measured_as_it_is_asked(draft, now):
    room = 280 - len("Q1  #WeCops")
    proposals.ask_questions(draft, ["x" * room, "", "y" * (room + 1), "https://example.org/" + "z" * 200], now=now)

    told = [each for each in problems.of(draft, now) if each.step == "questions"]

    assert told == [
        ("questions", "question-2", "Question 2 is 1 too long for a tweet, with its number and the hashtag.")
    ]
    assert [each.number for each in draft.questions.all()] == [1, 2, 3]


def test_more_than_six_questions_or_one_that_cannot_be_kept_are_refused(draft, now):
    with pytest.raises(NotAllowed, match="6 questions"):
        proposals.ask_questions(draft, ["?"] * 7, now=now)
    with pytest.raises(NotAllowed, match="Question 1 is 20 characters too long"):
        proposals.ask_questions(draft, ["x" * 300], now=now)


def test_reading_is_research_by_its_doi_or_its_word(draft, now):
    proposals.recommend(
        draft,
        [
            ("A study", "https://doi.org/10.1000/182"),
            ("Another #academicpony", "https://uni.example/paper"),
            ("A guide", "https://charity.example/guide"),
        ],
        now=now,
    )

    assert [each.is_academic for each in draft.readings.all()] == [True, True, False]
    assert draft.is_academic
    for address in ("javascript:alert(1)", "example.org", "ftp://example.org/"):
        with pytest.raises(NotAllowed, match="no whole address"):
            proposals.recommend(draft, [("Bad", address)], now=now)
    assert draft.readings.count() == 3


def test_a_date_that_has_just_been_taken_is_refused(draft, nell, now):
    free = evenings(now)
    proposals.accept(submitted(member("Sam Oduvale"), free, now=now), free[0], now=now)

    with pytest.raises(NotAllowed, match="has just been taken"):
        proposals.want(draft, free, now=now)
    proposals.want(draft, [free[2], free[1], free[2]], now=now)

    assert [wish.slot for wish in draft.wishes.all()] == [free[2], free[1]]


def test_hosts_are_named_once_each_by_a_handle(draft, now):
    with pytest.raises(NotAllowed, match="not a handle"):
        proposals.name_hosts(draft, [Host("two words")], now=now)
    with pytest.raises(NotAllowed, match="stands there twice"):
        proposals.name_hosts(draft, [Host("@ann"), Host("Ann")], now=now)
    assert [each.handle for each in draft.hosts.all()] == ["nell"]


def test_whoever_stays_a_host_keeps_their_row_and_who_they_are(draft, nell, now):
    ann = member("Ann Okelu")
    proposals.name_hosts(draft, [Host("nell", "Nell"), Host("ann", "Ann"), Host("bob", "Bob")], now=now)
    before = {host.handle: host.pk for host in draft.hosts.all()}
    proposals.join(draft.hosts.get(handle="ann"), ann, now=now)

    proposals.name_hosts(draft, [Host("ANN", "Ann Okelu", "Nurse."), Host("nell", "Nell"), Host("cat")], now=now)

    hosts = list(draft.hosts.all())
    assert [(host.handle, host.biography, host.user) for host in hosts] == [
        ("ANN", "Nurse.", ann),
        ("nell", "", nell),
        ("cat", "", None),
    ]
    assert [host.pk for host in hosts[:2]] == [before["ann"], before["nell"]]


def test_dates_are_refused_rather_than_left_out(draft, now):
    with pytest.raises(NotAllowed, match="12 dates are plenty"):
        proposals.want(draft, evenings(now, 13), now=now)
    assert draft.wishes.count() == 0


def test_what_is_with_the_team_stays_whole(nell, now):
    proposal = submitted(nell, evenings(now), now=now)

    with pytest.raises(Unfinished, match="Write 3 or more questions"):
        proposals.ask_questions(proposal, ["One?"], now=now)
    with pytest.raises(Unfinished, match="Give the chat a title"):
        proposals.write(proposal, now=now, title=" ")
    assert proposal.questions.count() == 3


def test_dates_that_others_took_meanwhile_keep_nobody_from_writing(nell, now):
    free = evenings(now, 2)
    proposal = submitted(nell, free, now=now)
    proposals.accept(submitted(member("Ann Okelu"), free, now=now), free[0], now=now)

    proposals.write(proposal, now=now, title="Other words")
    with pytest.raises(Unfinished, match="Choose 2 or more dates"):
        proposals.want(proposal, free[1:], now=now)

    assert proposal.title == "Other words"


def test_what_is_over_is_not_written(draft, now):
    proposals.withdraw(draft, now=now)

    with pytest.raises(NotAllowed, match="Bring it back first"):
        proposals.write(draft, now=now, title="More")
    assert proposals.reopen(draft, now=now).status == "draft"


def test_members_vote_once_where_both_community_and_team_let_them(nell, now):
    proposal = submitted(nell, evenings(now), now=now)
    sam, soon = member("Sam Oduvale"), evenings(now, 1, first=now - now.replace(month=10))[0].starts_at
    proposals.open_to_votes(proposal, soon)
    with pytest.raises(NotAllowed, match="not open to votes"):
        proposals.vote(proposal, sam, now=now)

    community = wecops()
    community.has_votes = True
    community.save(update_fields=["has_votes"])
    proposals.vote(proposal, sam, now=now)
    proposals.vote(proposal, sam, now=now)

    assert Vote.objects.count() == 1
    with pytest.raises(NotAllowed):
        proposals.take_vote_back(proposal, sam, now=soon)
    proposals.take_vote_back(proposal, sam, now=now)
    assert Vote.objects.count() == 0


def test_the_team_asks_and_the_host_answers(nell, now):
    proposal = submitted(nell, evenings(now), now=now)
    omar = member("Omar Field")

    proposals.ask(proposal, omar, "Could Q2 be\r\nabout the first day?", now=now)
    proposals.message(proposal, nell, "Yes.", is_from_team=False, now=now)

    told = [(each.text, each.is_from_team, each.is_question) for each in proposal.messages.all()]
    assert told == [("Could Q2 be\nabout the first day?", True, True), ("Yes.", False, False)]
    mail = nell.mails.get(template="question")
    assert mail.subject == "[Action needed] A question about Coming back after leave"
    assert "about the first day?" in mail.text
    with pytest.raises(NotAllowed, match="Write something"):
        proposals.ask(proposal, omar, " \x00", now=now)


def test_a_review_is_one_each_and_never_in_a_letter(nell, now):
    proposal = submitted(nell, evenings(now), now=now)
    omar = member("Omar Field")

    proposals.review(proposal, omar, score=2, note="Hm", now=now)
    proposals.review(proposal, omar, score=4, note="PRIVATE", now=now)
    proposals.decline(proposal, "Not now.", now=now)

    assert [(each.score, each.note) for each in proposal.reviews.all()] == [(4, "PRIVATE")]
    assert not nell.mails.filter(text__contains="PRIVATE").exists()
    for score, note in ((None, ""), (6, ""), (0, "")):
        with pytest.raises(NotAllowed):
            proposals.review(proposal, omar, score=score, note=note, now=now)
