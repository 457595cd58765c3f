"""The five steps of a proposal: each saved, every refusal at its field, and nothing that was typed is lost."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import Mail
from chats import lifecycle, proposals
from chats.models import Proposal, Stage
from tests.factories.chats import wecops
from tests.factories.people import neighbour
from tests.factories.proposals import QUESTIONS, drafted, evenings, submitted
from tests.test_pages import faults_of

pytestmark = pytest.mark.django_db

TOPIC = {"title": "Coming back after leave", "why": "Shifts change in spring.", "kind": "talk", "care": ""}
ASKED = {**{f"question-{number}": text for number, text in enumerate(QUESTIONS, 1)}, "hashtag": "#WeCops"}
PEOPLE = {"name-1": "Nell Harrow", "biography-1": "Sergeant in Kirkby.", "house_rules": "on"}


@pytest.fixture
def draft(nell, free, today):
    return drafted(nell, free, now=today)


def mistakes(response):
    return response.context["mistakes"]


def test_whoever_is_signed_out_reads_what_it_is_and_gets_no_cookie(client, free):
    response = client.get(f"/propose/?slot={free[0].pk}")

    assert response.status_code == 200
    assert f"/accounts/login/?next=%2Fpropose%2F%3Fslot%3D{free[0].pk}" in response.text
    assert response.context["wanted"].pk == free[0].pk
    assert response.cookies == {}


def test_five_pages_lead_from_an_idea_to_the_team(signed_in, nell, free):
    first = signed_in.post(f"/propose/?slot={free[1].pk}", TOPIC)
    proposal = Proposal.objects.get()
    steps = [
        ("questions", ASKED),
        ("reading", {"address-1": "doi:10.17226/24928", "title-1": "Proactive policing"}),
        ("dates", {"slots": [free[0].pk, free[1].pk], "best": free[1].pk}),
        ("people", {**PEOPLE, "do": "send"}),
    ]
    answers = [first, *(signed_in.post(f"/propose/{proposal.pk}/{step}/", told) for step, told in steps)]

    proposal.refresh_from_db()
    assert [each["Location"] for each in answers] == [
        *(f"/propose/{proposal.pk}/{step}/" for step, _ in steps),
        proposal.get_absolute_url(),
    ]
    assert (proposal.status, proposal.title, proposal.proposer) == (Stage.SUBMITTED, TOPIC["title"], nell)
    assert [question.text for question in proposal.questions.all()] == list(QUESTIONS)
    assert [(each.address, each.is_academic) for each in proposal.readings.all()] == [
        ("https://doi.org/10.17226/24928", True)
    ]
    assert [wish.slot for wish in proposal.wishes.all()] == [free[1], free[0]]
    assert [(host.handle, host.biography, host.user) for host in proposal.hosts.all()] == [
        ("nell", "Sergeant in Kirkby.", nell)
    ]
    assert Mail.objects.get().subject.startswith("We have your chat")


def test_the_evening_that_was_pressed_is_wished_for(signed_in, free):
    signed_in.post(f"/propose/?slot={free[1].pk}", TOPIC)

    assert [wish.slot for wish in Proposal.objects.get().wishes.all()] == [free[1]]


@pytest.mark.parametrize("slot", ["", "x", "-1", "9" * 40, "٣", "0"])
def test_a_slot_that_is_none_is_no_matter(signed_in, slot, today):
    assert signed_in.get("/propose/", {"slot": slot}).context["wanted"] is None


def test_what_lacks_is_said_with_an_address_each(signed_in, draft, today):
    proposals.write(draft, now=today, title="", why="")
    draft.questions.all().delete()
    draft.wishes.all().delete()
    Proposal.objects.update(house_rules_at=None)
    here = f"/propose/{draft.pk}"

    topic = signed_in.post(f"{here}/topic/", {**TOPIC, "title": " ", "why": ""})
    questions = signed_in.post(f"{here}/questions/", {"question-1": "What helps?", "hashtag": "#WeCops"})
    sent = signed_in.post(f"{here}/people/", {"name-1": "Nell", "biography-1": "", "do": "send"})

    assert mistakes(topic) == [
        ("#id_title", "Give the chat a title."),
        ("#id_why", "Say in two or three sentences why now."),
    ]
    assert mistakes(questions) == [("#id_question-1", "Write 3 or more questions.")]
    assert mistakes(sent) == [
        (f"{here}/topic/?send#id_title", "Give the chat a title."),
        (f"{here}/topic/?send#id_why", "Say in two or three sentences why now."),
        (f"{here}/questions/?send#id_question-1", "Write 3 or more questions."),
        (f"{here}/dates/?send#id_slots_0_0", "Choose 2 or more dates that are still free."),
        ("#id_biography-1", "Say in a sentence or two who you are."),
        ("#id_house_rules", "Read the house rules, and say that they are fine with you."),
    ]
    assert all("<title>Problem: " in each.text and 'role="alert"' in each.text for each in (topic, questions, sent))


def test_a_page_that_was_opened_from_the_summary_leads_back_to_it(signed_in, draft):
    response = signed_in.post(f"/propose/{draft.pk}/topic/?send", TOPIC)

    assert response["Location"] == f"/propose/{draft.pk}/people/"


def test_a_draft_keeps_what_fits_beside_what_does_not(signed_in, draft):
    response = signed_in.post(f"/propose/{draft.pk}/topic/", {**TOPIC, "title": "x" * 161, "why": "Because."})

    draft.refresh_from_db()
    assert mistakes(response) == [
        ("#id_title", "Title of the chat: that is 161 characters, and there is room for 160.")
    ]
    assert "x" * 161 in response.text
    assert (draft.title, draft.why) == ("Coming back after leave", "Because.")


def test_nothing_typed_begins_nothing(signed_in, today):
    response = signed_in.post("/propose/", {"title": " ", "why": "", "kind": "talk"})

    assert [address for address, _ in mistakes(response)] == ["#id_title", "#id_why"]
    assert Proposal.objects.count() == 0


def test_a_button_that_is_pressed_twice_begins_one(signed_in, today):
    for _ in range(2):
        signed_in.post("/propose/", TOPIC)

    assert Proposal.objects.count() == 1


def test_nobody_begins_without_end(signed_in, today):
    for number in range(12):
        response = signed_in.post("/propose/", {**TOPIC, "title": f"Number {number}"})

    assert Proposal.objects.count() == 10
    assert mistakes(response) == [("", "You have begun several already. Finish or withdraw one of them first.")]


def test_a_question_is_shown_as_a_tweet_with_its_length(signed_in, draft):
    text = "How do you get home?"

    signed_in.post(f"/propose/{draft.pk}/questions/", {**ASKED, "question-1": text, "do": "look"})
    field, preview = signed_in.get(f"/propose/{draft.pk}/questions/").context["form"].questions[0]

    assert field.value() == text
    assert (preview.counted, preview.left, preview.over) == (len(f"Q1 {text} #WeCops"), 280 - len("A1  #WeCops"), 0)


def test_a_question_too_long_for_a_tweet_says_by_how_much(signed_in, draft):
    text = "x" * (281 - len("Q2  #WeCops"))

    response = signed_in.post(f"/propose/{draft.pk}/questions/", {**ASKED, "question-2": text})

    assert mistakes(response) == [
        ("#id_question-2", "Question 2 is 1 too long for a tweet, with its number and the hashtag.")
    ]
    assert '<b data-part="number">281</b> of 280' in response.text


def test_another_question_is_added_and_an_empty_one_left_out(signed_in, draft):
    told = {**ASKED, "question-2": "  ", "do": "more"}

    where = signed_in.post(f"/propose/{draft.pk}/questions/", told)["Location"]
    page = signed_in.get(where)

    assert [question.text for question in draft.questions.all()] == [QUESTIONS[0], QUESTIONS[2]]
    assert [field.value() for field, _ in page.context["form"].questions] == [QUESTIONS[0], QUESTIONS[2], ""]


def test_a_longer_hashtag_and_a_shorter_question_fit_together(signed_in, nell, free, today):
    """Once it is sent every save leaves it whole, in between as well."""
    sent = submitted(nell, free, now=today)
    long = "x" * (280 - len("Q1  #WeCops"))
    here = f"/propose/{sent.pk}/questions/"

    signed_in.post(here, {**ASKED, "question-1": long})
    longer = signed_in.post(here, {**ASKED, "question-1": long[9:], "hashtag": "#WeCopsAtNight"})
    shorter = signed_in.post(here, {**ASKED, "question-1": long, "hashtag": "#WeCops"})

    assert [each["Location"] for each in (longer, shorter)] == [sent.get_absolute_url()] * 2
    assert (sent.questions.first().text, Proposal.objects.get().hashtag) == (long, "WeCops")


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (("www.nap.example/study", "A study"), ("https://www.nap.example/study", "A study", False)),
        (("10.17226/24928", ""), ("https://doi.org/10.17226/24928", "https://doi.org/10.17226/24928", True)),
        (("https://a.example/", "Our guide #academicpony"), ("https://a.example/", "Our guide", True)),
    ],
)
def test_what_people_copy_becomes_an_address(signed_in, draft, told, found):
    for _ in range(2):  # what is shown and saved once more stays the same
        signed_in.post(f"/propose/{draft.pk}/reading/", {"address-1": told[0], "title-1": told[1]})
        form = signed_in.get(f"/propose/{draft.pk}/reading/").context["form"]
        told = form["address-1"].value(), form["title-1"].value()

    assert [(each.address, each.title, each.is_academic) for each in draft.readings.all()] == [found]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"address-2": "javascript:alert(1)"}, "is no whole address"),
        ({"address-2": "not an address"}, "is no whole address"),
        ({"title-2": "A title alone"}, "Give its address as well"),
        ({"address-2": f"https://a.example/{'x' * 600}"}, "there is room for 500"),
    ],
)
def test_an_address_that_is_none_is_refused_at_its_field(signed_in, draft, told, said):
    response = signed_in.post(f"/propose/{draft.pk}/reading/", {"address-1": "https://a.example/", **told})

    ((address, words),) = mistakes(response)
    assert address == "#id_address-2"
    assert said in words
    assert 'href="javascript:' not in response.text


def test_a_date_that_was_taken_meanwhile_is_refused_and_named(signed_in, draft, beth, free, today):
    proposals.accept(submitted(beth, free, now=today), free[0], now=today)
    here = f"/propose/{draft.pk}/dates/"

    page = signed_in.get(here)
    response = signed_in.post(here, {"slots": [free[0].pk, free[1].pk]})

    assert [each.pk for each in page.context["form"].gone] == [free[0].pk]
    assert mistakes(response) == [
        ("#id_slots_0_0", "One of these dates has just been taken. Choose among those that are free.")
    ]


def test_an_evening_that_is_kept_and_not_yet_told_looks_like_any_other(signed_in, nell, free, today):
    """The team has decided and not said so: nothing on the page, and no refusal, gives it away."""
    sent = submitted(nell, free, now=today)
    here = f"/propose/{sent.pk}/dates/"
    before = signed_in.get(here).context["form"]
    proposals.accept(sent, free[0], now=today)

    after = signed_in.get(here).context["form"]
    response = signed_in.post(here, {"slots": [free[0].pk, free[1].pk]})

    assert (after.gone, after.fields["slots"].choices) == ([], before.fields["slots"].choices)
    assert response["Location"] == sent.get_absolute_url()


def test_more_dates_than_are_needed_are_refused_and_none_is_dropped(signed_in, draft, today):
    more = evenings(today, 13, first=timedelta(days=200))

    response = signed_in.post(f"/propose/{draft.pk}/dates/", {"slots": [slot.pk for slot in more]})

    assert mistakes(response) == [("#id_slots_0_0", "12 dates are plenty.")]
    assert draft.wishes.count() == 3


def test_co_hosts_are_named_and_keep_what_they_are(signed_in, draft, nell, beth, today):
    here = f"/propose/{draft.pk}/people/"
    both = {
        **PEOPLE,
        "handle-2": "@Beth",
        "name-2": "Beth",
        "biography-2": "",
        "handle-3": "prof",
        "name-3": "Prof",
        "is_guest-3": "on",
        "do": "later",
    }

    signed_in.post(here, both)
    co_host = draft.hosts.get(handle="Beth")
    proposals.join(co_host, beth, now=today)
    signed_in.post(here, {**both, "biography-2": "Custody nurse.", "handle-3": "", "name-3": ""})

    kept = draft.hosts.get(handle="Beth")
    assert [(host.handle, host.user, host.is_guest) for host in draft.hosts.all()] == [
        ("nell", nell, False),
        ("Beth", beth, False),
    ]
    assert (kept.pk, kept.biography) == (co_host.pk, "Custody nurse.")


@pytest.mark.parametrize(
    ("told", "mistake"),
    [
        ({"name-2": "Beth"}, ("#id_handle-2", "Give their handle, or empty their name and who they are.")),
        ({"handle-2": "nell", "name-2": "Me"}, ("#id_handle-2", "@nell stands there twice.")),
        (
            {"handle-2": "<b>", "name-2": "B"},
            ("#id_handle-2", "'<b>' is not a handle. One is written like @WeCops."),
        ),
        (
            {"biography-1": "x" * 601},
            ("#id_biography-1", "Who you are: that is 601 characters, and there is room for 600."),
        ),
    ],
)
def test_people_who_do_not_fit_are_refused_at_their_field(signed_in, draft, told, mistake):
    response = signed_in.post(f"/propose/{draft.pk}/people/", {**PEOPLE, **told})

    assert mistakes(response) == [mistake]


def test_nobody_becomes_somebody_by_typing_their_handle(signed_in, draft, beth):
    """A handle that is typed ties nobody, and the host's own is not typed."""
    signed_in.post(f"/propose/{draft.pk}/people/", {**PEOPLE, "handle-1": "beth", "handle-2": "beth", "name-2": "B"})

    assert [(host.handle, host.user_id is None) for host in draft.hosts.all()] == [("nell", False), ("beth", True)]


@pytest.mark.parametrize("step", ["topic", "questions", "reading", "dates", "people"])
def test_nobody_else_reads_or_writes_a_step(client, draft, beth, step):
    client.force_login(beth)
    path = f"/propose/{draft.pk}/{step}/"

    assert [client.get(path).status_code, client.post(path, TOPIC).status_code] == [404, 404]


def test_after_the_freeze_a_step_says_why_it_is_closed(signed_in, nell, free, today):
    sent = submitted(nell, free, now=today)
    Proposal.objects.update(freezes_at=today)

    opened = signed_in.get(f"/propose/{sent.pk}/topic/", follow=True)
    posted = signed_in.post(f"/propose/{sent.pk}/topic/", {**TOPIC, "why": "Other words."})

    assert opened.redirect_chain == [(sent.get_absolute_url(), 302)]
    assert "Write the team a message" in opened.text
    assert [said for _, said in mistakes(posted)] == [proposals.drafts.FROZEN]
    assert "Other words." in posted.text


def test_words_typed_while_signed_out_come_back_after_signing_in(client, nell, draft):
    path = f"/propose/{draft.pk}/topic/"

    sent = client.post(path, {**TOPIC, "why": "A long answer."})
    client.force_login(nell)
    page = client.get(sent["Location"].partition("next=")[2])
    draft.refresh_from_db()
    before = draft.why
    client.post(path, {**TOPIC, "why": "A long answer."})
    draft.refresh_from_db()

    assert sent["Location"] == f"/accounts/login/?next={path}"
    assert "A long answer." in page.text
    assert "Nothing is lost" in page.text
    assert before == "Shifts change in spring, and nobody asked."
    assert draft.why == "A long answer."
    assert client.session.get("typed") is None


def test_no_more_is_kept_for_a_stranger_than_a_page_holds(client, draft):
    client.post(f"/propose/{draft.pk}/topic/", {"why": "x" * 70_000})

    assert Session.objects.count() == 0


def test_a_form_with_a_wrong_token_gives_the_words_back_and_does_nothing(nell, draft):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(nell)
    path = f"/propose/{draft.pk}/topic/"

    refused = strict.post(path, {**TOPIC, "title": '"><script>alert(1)</script>', "csrfmiddlewaretoken": "worn"})
    draft.refresh_from_db()
    token = strict.cookies["wecops_csrf"].value
    again = strict.post(path, {**TOPIC, "csrfmiddlewaretoken": token})

    assert refused.status_code == 403
    assert faults_of(refused.text) == []
    assert "Nothing is lost" in refused.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in refused.text
    assert "<script" not in refused.text
    assert 'name="csrfmiddlewaretoken" value="worn"' not in refused.text
    assert draft.title == "Coming back after leave"
    assert again.status_code == 302


@pytest.mark.parametrize("step", ["topic", "questions", "reading", "dates", "people"])
def test_every_step_is_well_built_also_with_all_that_can_be_wrong(signed_in, draft, step):
    lifecycle.open_topic(wecops(), "wards", name="Wards")
    wrong = {
        "title": "x" * 161, "why": "x" * 2001, "care": "x" * 301, "kind": "x", "hashtag": "a b",
        "question-1": "x" * 281, "address-1": "x", "title-2": "x", "slots": "x", "best": "x", "handle-2": "a b",
        "name-2": "x" * 121, "biography-1": "x" * 601,
    }  # fmt: skip
    path = f"/propose/{draft.pk}/{step}/"

    pages = [signed_in.get(path), signed_in.get(f"{path}?more"), signed_in.post(path, wrong)]

    assert [faults_of(page.text) for page in pages] == [[], [], []]
    assert len(mistakes(pages[2])) > 0
    assert all(f'id="{address[1:]}"' in pages[2].text for address, _ in mistakes(pages[2]) if address)


def test_a_wrong_token_elsewhere_is_told_as_before(nell):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(nell)

    response = strict.post("/accounts/logout/", {"a": "b"})

    assert response.status_code == 403
    assert "We could not be sure" in response.text


@pytest.mark.parametrize(
    "told",
    [
        {"title": "\x00", "why": "\x00\x00", "kind": "gossip", "topic": "x"},
        {"title": "t", "why": "w", "kind": "talk", "topic": "99999999999999999999999"},
        {"question-9999999999": "x", "question-x": "x", "question--1": "x"},
    ],
)
def test_nonsense_is_answered_with_a_page(signed_in, draft, told):
    for step in ("topic", "questions", "reading", "dates", "people"):
        assert signed_in.post(f"/propose/{draft.pk}/{step}/", told).status_code in (200, 302)


def test_a_topic_of_another_community_cannot_be_chosen(signed_in, draft):
    lifecycle.open_topic(wecops(), "wards", name="Wards")
    other = lifecycle.open_topic(neighbour(), "cells", name="Cells")

    response = signed_in.post(f"/propose/{draft.pk}/topic/", {**TOPIC, "topic": other.pk})

    assert [address for address, _ in mistakes(response)] == ["#id_topic"]
