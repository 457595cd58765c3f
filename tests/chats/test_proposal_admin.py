"""Proposals at the desk: the team decides, a host writes; every refusal is a sentence, and nothing typed is lost."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import roles
from accounts.models import AuditEntry, Mail
from accounts.roles import Role
from chats import proposals
from chats.models import Chat, Proposal, Review, Stage
from chats.proposals import Host
from tests.factories.chats import wecops
from tests.factories.people import person
from tests.factories.proposals import QUESTIONS, accepted, drafted, evenings, member, submitted

pytestmark = pytest.mark.django_db
LIST = "/desk/chats/proposal/"


@pytest.fixture(autouse=True)
def _first_step_only(settings):
    settings.TEAM_SECOND_STEP = False


@pytest.fixture
def now():
    """The desk reads the clock."""
    return timezone.now()


@pytest.fixture
def nell(db):
    return member("Nell Harrow")


@pytest.fixture
def free(now):
    return evenings(now)


@pytest.fixture
def desk(client):
    client.force_login(person("olive", Role.ORGANISER))
    return client


@pytest.fixture
def hosting(client, nell):
    """The browser of a host."""
    roles.give(nell, Role.HOST, wecops(), now=timezone.now())
    client.force_login(nell)
    return client


def page(row):
    return f"/desk/chats/proposal/{row.pk}/change/"


def decide(client, row, which, /, **typed):
    return client.post(f"/desk/chats/proposal/{row.pk}/decide/{which}/", typed)


def said_to(response):
    return [str(message) for message in response.context["messages"]]


def typed(client, row, **changes):
    """What the page of a proposal sends: all that stands in it, with ``changes``."""
    context = client.get(page(row)).context
    forms = [context["adminform"].form, *(each.formset.management_form for each in context["inline_admin_formsets"])]
    forms += [form for each in context["inline_admin_formsets"] for form in each.formset.forms]
    told = {form.add_prefix(name): form[name].value() for form in forms for name in form.fields}
    return {name: value for name, value in {**told, **changes}.items() if value is not None and value is not False}


def save(client, row, **changes):
    return client.post(page(row), typed(client, row, **changes))


def errors(answer):
    """What is wrong by field and table; nothing of a page that was saved."""
    if answer.status_code == 302:
        return {}
    tables = [each.formset for each in answer.context["inline_admin_formsets"]]
    told = {table.prefix: [*table.non_form_errors(), *table.errors] for table in tables}
    return {**answer.context["adminform"].form.errors, **{name: said for name, said in told.items() if any(said)}}


def test_from_a_draft_to_the_calendar_at_the_desk(desk, nell, free, now):
    row = submitted(nell, free, now=now)

    asked = decide(desk, row, "accept", slot=free[1].pk)
    pending = desk.get(page(row)).text
    told = desk.post(LIST, {"action": "release", "_selected_action": [row.pk]}, follow=True)
    confirmed = decide(desk, row, "confirm")

    row.refresh_from_db()
    assert (asked.status_code, asked["Location"], confirmed.status_code) == (302, page(row), 302)
    assert "accepted, not told" in pending
    assert said_to(told) == ["The hosts of “Coming back after leave” are told."]
    assert (row.status, row.chat.starts_at) == (Stage.CONFIRMED, free[1].starts_at)
    assert [mail.template for mail in Mail.objects.order_by("pk")] == ["offer_received", "please_confirm", "confirmed"]
    entries = AuditEntry.objects.order_by("pk")
    assert [(each.verb, each.before["status"], each.after["status"]) for each in entries] == [
        ("accepts", "submitted", "pending"), ("tells the host of", "pending", "accepted"),
        ("confirms", "accepted", "confirmed"),
    ]  # fmt: skip


REFUSED = [
    ("accept", {}, "Choose one."),
    ("accept", {"slot": 0}, "That evening is not free any more. Choose another."),
    ("release", {}, "“Coming back after leave” is submitted, so it cannot become accepted."),
    ("confirm", {}, "“Coming back after leave” is submitted, so it cannot become confirmed."),
    ("decline", {"reason": " "}, "This field is required."),
    ("merge", {}, "This field is required."),
    ("invite", {"handle": "kit"}, "“Coming back after leave” is submitted, so nobody can be invited to it."),
    ("submit", {}, "“Coming back after leave” is submitted, so it cannot become submitted."),
    ("reopen", {}, "“Coming back after leave” is submitted, so it cannot become submitted."),
    ("ask", {"text": "  "}, "This field is required."),
    ("review", {"score": "7"}, "Select a valid choice. 7 is not one of the available choices."),
    ("review", {}, "Give a score or write a note."),
    ("votes", {"until": "2030-01-01T21:00"}, "Members of WeCops do not vote on proposals."),
    ("freeze", {"at": "2030-01-01T21:00"}, "it freezes once its host knows the evening."),
]


def test_what_cannot_be_decided_is_said_on_its_page_and_nothing_happens(desk, nell, free, now):
    row = submitted(nell, free, now=now)

    answers = [(decide(desk, row, name, **told), said) for name, told, said in REFUSED]

    row.refresh_from_db()
    assert [said for answer, said in answers if answer.status_code != 200 or said not in answer.text] == []
    assert (row.status, Review.objects.count(), AuditEntry.objects.count()) == (Stage.SUBMITTED, 0, 0)


def test_what_was_typed_comes_back_with_what_was_wrong(desk, nell, free, now):
    row = submitted(nell, free, now=now)
    proposals.decline(row, "Too near the last one.", now=now)

    answer = decide(desk, row, "decline", reason="A second time.")
    looked = desk.get(f"/desk/chats/proposal/{row.pk}/decide/decline/", follow=True)

    assert "is declined, so it cannot become declined." in answer.text
    assert ">\nA second time.</textarea>" in answer.text
    assert said_to(looked) == ["“Decline” is not possible any more: look how it stands now."]


def test_two_offers_become_one_and_a_wanted_host_is_invited(desk, nell, free, now):
    row, other = submitted(nell, free, now=now), submitted(member("Sam Oduvale"), free, now=now, title="Leave")

    merged = decide(desk, row, "merge", into=other.pk)
    copied = decide(desk, other, "duplicate")
    copy = Proposal.objects.latest("pk")
    invited = decide(desk, copy, "invite", handle="@kit", name="Kit Marrish", address="kit@reader.example")

    row.refresh_from_db()
    copy.refresh_from_db()
    assert (row.status, row.merged_into, merged["Location"]) == (Stage.MERGED, other, page(other))
    assert [host.handle for host in other.hosts.all()] == ["sam", "nell"]
    assert (copied["Location"], copy.title) == (page(copy), "Leave")
    assert (invited.status_code, copy.status, copy.hosts.get().handle) == (302, Stage.INVITED, "kit")
    assert Mail.objects.latest("pk").to == "kit@reader.example"


def test_a_wanted_host_without_an_address_is_sent_their_link(desk, client, nell, free, now):
    row = drafted(nell, free, now=now)
    decide(desk, row, "invite", handle="@kit", name="Kit Marrish")

    text = desk.get(page(row)).text
    [path] = re.findall(r"<dd>http://127.0.0.1:8000(/host/answer/[^<]+/yes/)</dd>", text)

    assert (Mail.objects.count(), "<dt>No mail reaches</dt><dd>Kit Marrish</dd>" in text) == (0, True)
    assert "Would you host this?" in client.get(path).text


def test_the_team_judges_in_private(desk, client, nell, free, now):
    row = submitted(nell, free, now=now)
    decide(desk, row, "review", score=4, note="They know what they speak of.")
    decide(desk, row, "review", score=5, note="As soon as we can.")
    desk.force_login(person("ed", Role.EDITOR))
    decide(desk, row, "review", score=2, note="Too early.")

    told, listed = desk.get(page(row)).text, desk.get(LIST).text
    client.force_login(nell)
    roles.give(nell, Role.HOST, wecops(), now=now)
    seen = [client.get(address).text for address in (page(row), LIST, f"{page(row)[:-7]}history/")]

    assert [(each.score, each.note) for each in row.reviews.all()] == [(5, "As soon as we can."), (2, "Too early.")]
    assert "<b>3.5</b> of 5" in listed
    assert ("As soon as we can." in told, "<b>3.5</b> of 5" in told) == (True, True)
    assert [word for text in seen for word in ("As soon as", "<b>3.5", 'id="reviews', "Private") if word in text] == []
    assert decide(client, row, "review", score=5).status_code == 403
    assert "They know" not in str(list(AuditEntry.objects.values()))


def test_no_private_note_is_guessed_by_narrowing_a_list(desk, client, nell, free, now):
    row = submitted(nell, free, now=now)
    proposals.write(row, now=now, topic=wecops().topics.create(slug="rest", name="Rest"))
    decide(desk, row, "review", note="Too early.")
    roles.give(nell, Role.HOST, wecops(), now=now)
    client.force_login(nell)

    asked = [f"{name}__proposals__reviews__note__startswith=T" for name in ("topic", "wanted")]

    assert [client.get(f"{LIST}?{query}").status_code for query in (*asked, "reviews__score=5")] == [400] * 3
    assert client.get(f"{LIST}?topic__id__exact={row.topic_id}").status_code == 200


def test_a_question_goes_by_mail_and_waits_for_its_host(desk, client, nell, free, now):
    row = submitted(nell, free, now=now)
    decide(desk, row, "message", text="Thank you!")
    decide(desk, row, "ask", text="Could it be in spring?")
    waits = desk.get(LIST).text

    client.force_login(nell)
    roles.give(nell, Role.HOST, wecops(), now=now)
    decide(client, row, "message", text="<b>Yes</b>, it could.")
    desk.force_login(person("second", Role.ORGANISER))

    assert [mail.template for mail in Mail.objects.order_by("pk")] == ["offer_received", "question"]
    assert "Answers a question" in waits
    assert "Review it, then decide" in desk.get(LIST).text
    assert [each.is_from_team for each in row.messages.all()] == [True, True, False]
    assert "&lt;b&gt;Yes&lt;/b&gt;, it could." in desk.get(page(row)).text


def test_votes_are_opened_and_ended_where_members_vote(desk, nell, free, now):
    community = wecops()
    community.has_votes = True
    community.save(update_fields=["has_votes"])
    row = submitted(nell, free, now=now)

    past = decide(desk, row, "votes", until="2020-01-01T21:00")
    opened = decide(desk, row, "votes", until=f"{now + timedelta(days=9):%Y-%m-%dT%H:%M}")
    listed = desk.get(LIST).text

    assert "That is over." in past.text
    assert (opened.status_code, "open to votes</span>" in listed) == (302, True)
    assert list(Proposal.objects.open_to_votes(now)) == [row]
    decide(desk, row, "votes", until="")
    assert list(Proposal.objects.open_to_votes(now)) == []


def test_everything_about_a_proposal_is_written_on_its_page(desk, nell, free, now):
    row = submitted(nell, free, now=now)
    changes = {
        "title": "Coming home", "care": "Grief.", "hashtag": "#PoliceChat",
        "questions-0-number": 2, "questions-1-number": 1, "questions-3-text": "And then?", "questions-TOTAL_FORMS": 4,
        "readings-0-title": "A study", "readings-0-address": "https://doi.org/10.1000/182", "readings-TOTAL_FORMS": 1,
        "wishes-0-DELETE": "on", "wishes-1-position": 3, "wishes-2-position": 2,
        "hosts-0-biography": "Inspector.", "hosts-0-user": nell.pk, "hosts-1-handle": "@sam", "hosts-TOTAL_FORMS": 2,
    }  # fmt: skip

    answer = save(desk, row, **changes)

    row.refresh_from_db()
    assert errors(answer) == {}
    assert (row.title, row.care, row.hashtag) == ("Coming home", "Grief.", "PoliceChat")
    assert [each.text for each in row.questions.all()] == [QUESTIONS[1], QUESTIONS[0], QUESTIONS[2], "And then?"]
    assert [(each.title, each.is_academic) for each in row.readings.all()] == [("A study", True)]
    assert [wish.slot for wish in row.wishes.all()] == [free[2], free[1]]
    assert [(host.name, host.user, host.biography) for host in row.hosts.all()] == [
        ("Nell Harrow", nell, "Inspector."), ("sam", None, ""),
    ]  # fmt: skip
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.after["hashtag"], sorted(entry.unsaid)) == ("changes", "PoliceChat", ["care", "title"])
    assert "Coming home" not in str(list(AuditEntry.objects.values()))


def test_a_page_saved_as_it_is_changes_nothing(desk, nell, free, now):
    row = accepted(nell, free, now=now)
    before = list(row.questions.values_list("pk")), row.sequence

    assert errors(save(desk, row)) == {}
    row.refresh_from_db()
    assert (list(row.questions.values_list("pk")), row.sequence) == before
    assert AuditEntry.objects.count() == 0


UNFIT = [
    ({"questions-0-text": " ", "why": "New words."}, "questions", "Write 3 or more questions."),
    ({"wishes-0-DELETE": "on", "wishes-1-DELETE": "on"}, "wishes", "Choose 2 or more dates that are still free."),
    ({"hosts-0-handle": "no handle"}, "hosts", "is not a handle. One is written like @WeCops."),
    ({"hosts-0-biography": ""}, "hosts", "Say in a sentence or two who you are."),
    ({"hashtag": "lowercase"}, "hashtag", "with a capital for each word"),
    ({"title": ""}, "title", "Give the chat a title."),
]


def test_what_a_writer_refuses_stands_where_it_belongs_and_what_was_typed_stays(desk, nell, free, now):
    row = submitted(nell, free, now=now)
    stands = typed(desk, row, care="Typed just now.")

    answers = [(desk.post(page(row), {**stands, **changes}), place, said) for changes, place, said in UNFIT]

    assert [said for answer, place, said in answers if said not in str(errors(answer).get(place))] == []
    assert [said for answer, _, said in answers if "Typed just now." not in answer.text] == []
    row.refresh_from_db()
    assert (row.care, row.questions.count(), AuditEntry.objects.count()) == ("", 3, 0)


def test_a_page_that_was_open_while_somebody_saved_is_saved_all_the_same(desk, nell, free, now):
    row = submitted(nell, free, now=now)
    old = typed(desk, row, **{"questions-0-text": "From the second page?"})
    save(desk, row, **{"questions-0-text": "From the first page?"})

    assert desk.post(page(row), old).status_code == 302
    assert [each.text for each in row.questions.all()] == ["From the second page?", *QUESTIONS[1:]]


def test_a_longer_hashtag_and_shorter_questions_are_saved_together(desk, nell, free, now):
    row = submitted(nell, free, now=now)
    proposals.ask_questions(row, ["x" * 265, *QUESTIONS[1:]], now=now)

    alone = save(desk, row, hashtag="PoliceChatAtNight")
    both = save(desk, row, hashtag="PoliceChatAtNight", **{"questions-0-text": "Short?"})
    back = save(desk, row, hashtag="WeCops", **{"questions-0-text": "x" * 265})

    assert "too long for a tweet" in alone.text
    assert (both.status_code, back.status_code) == (302, 302)


def test_what_is_over_is_read_and_not_written(desk, nell, free, now):
    row = submitted(nell, free, now=now)
    old = typed(desk, row, title="More")
    proposals.withdraw(row, now=now)

    late = desk.post(page(row), old)

    assert 'name="title"' not in desk.get(page(row)).text
    assert "Bring it back first." in late.text
    assert 'value="More"' in late.text


def test_a_host_begins_edits_and_hands_in_at_the_desk(hosting, nell, free, now):
    begun = hosting.post(f"{LIST}add/", {"title": "Nights", "why": "Why not?", "kind": "talk", "hashtag": "WeCops"})
    row = Proposal.objects.get()
    lacks = hosting.get(page(row)).text
    early = decide(hosting, row, "submit", rules="on")
    rows = {f"questions-{n}-text": text for n, text in enumerate(QUESTIONS)}
    rows |= {f"wishes-{n}-slot": slot.pk for n, slot in enumerate(free[:2])}
    counts = {"questions-TOTAL_FORMS": 3, "wishes-TOTAL_FORMS": 2}
    saved = save(hosting, row, **rows, **counts)
    handed = decide(hosting, row, "submit", rules="on")

    row.refresh_from_db()
    assert begun["Location"] == page(row)
    assert ["Write 3 or more questions." in text for text in (lacks, early.text)] == [True, True]
    assert "Choose 2 or more dates that are still free." in early.text
    assert (saved.status_code, handed.status_code) == (302, 302)
    assert (row.status, row.proposer, row.hosts.get().user) == (Stage.SUBMITTED, nell, nell)


def test_a_host_finds_own_proposals_only_and_decides_nothing_of_the_teams(hosting, nell, free, now):
    sam = member("Sam Oduvale")
    own, another = drafted(nell, free, now=now), submitted(sam, free, now=now, title="Not yours")
    shared = submitted(sam, free, now=now, title="Shared")
    proposals.name_hosts(shared, [Host("sam", "Sam", "-", sam), Host("nell", "Nell", "-", nell)], now=now)

    listed = hosting.get(LIST)
    forbidden = [
        decide(hosting, shared, name).status_code
        for name in ("accept", "release", "decline", "merge", "ask", "invite", "votes", "freeze", "reopen", "review")
    ]

    assert {row.pk for row in listed.context["cl"].queryset} == {own.pk, shared.pk}
    assert "Not yours" not in listed.text
    assert hosting.get(page(another))["Location"] == "/desk/"
    assert [decide(hosting, another, name).status_code for name in ("withdraw", "accept", "nothing")] == [404] * 3
    assert forbidden == [403] * 10
    assert hosting.get("/desk/chats/slot/").status_code == 403
    assert "Not yours" not in hosting.get(f"{LIST}?q=Not").text


def test_a_host_that_may_tie_nobody_keeps_who_is_tied(hosting, nell, free, now):
    sam = member("Sam Oduvale")
    row = submitted(nell, free, now=now)
    hosts = [Host("nell", "Nell", "Sergeant.", nell), Host("sam", "Sam", "", sam)]
    proposals.name_hosts(row, hosts, now=now)

    answer = save(hosting, row, **{"hosts-1-biography": "Nurse.", "hosts-1-user": "", "hosts-0-user": sam.pk})

    assert answer.status_code == 302
    assert [(host.user, host.biography) for host in row.hosts.all()] == [(nell, "Sergeant."), (sam, "Nurse.")]


def test_from_its_freeze_date_on_a_host_asks_the_team(hosting, client, nell, free, now):
    row = accepted(nell, free, now=now)
    proposals.confirm(row, now=now)
    chat = Chat.objects.get()
    chat.hosts.update(user=nell)
    old = typed(hosting, row, title="More")
    Proposal.objects.update(freezes_at=now)

    frozen, late = hosting.get(page(row)).text, hosting.post(page(row), old)
    client.force_login(person("olive", Role.ORGANISER))
    by_team = save(client, row, title="More")

    assert "its words are settled. Write the team a message" in frozen
    assert 'name="title"' not in frozen
    assert "its words are settled. Write the team a message" in late.text
    chat.refresh_from_db()
    assert (by_team.status_code, chat.title) == (302, "More")


def test_the_team_is_told_whom_no_mail_reaches(desk, nell, free, now):
    row = submitted(nell, free, now=now)
    guest = Host("kit", "Kit Marrish", is_guest=True)
    proposals.name_hosts(row, [Host("nell", "Nell", "Sergeant.", nell), guest], now=now)

    text = desk.get(f"/desk/chats/proposal/{row.pk}/decide/accept/").text

    assert "<dt>No mail reaches</dt><dd>Kit Marrish</dd>" in text


def test_a_freeze_date_is_moved_to_before_the_chat(desk, nell, free, now):
    row = accepted(nell, free, now=now)

    late = decide(desk, row, "freeze", at=f"{free[0].starts_at + timedelta(hours=1):%Y-%m-%dT%H:%M}")
    done = decide(desk, row, "freeze", at=f"{now + timedelta(days=3):%Y-%m-%dT%H:%M}")

    assert "choose an earlier time." in late.text
    assert done.status_code == 302


def asked_of_the_database(client, address):
    with CaptureQueriesContext(
        connection,
    ) as told:
        assert client.get(address).status_code == 200
    return len(told)


def test_the_list_asks_as_often_whatever_its_length(desk, nell, free, now):
    submitted(nell, free, now=now)
    desk.get(LIST)
    few = asked_of_the_database(desk, LIST)
    sam = member("Sam Oduvale")
    for number in range(4):
        row = submitted(sam, free, now=now, title=f"Number {number}")
        decide(desk, row, "review", score=3)
    many = asked_of_the_database(desk, LIST)

    assert many == few


def test_the_list_is_searched_narrowed_and_sorted(desk, nell, free, now):
    row = submitted(nell, free, now=now)
    asked = ["q=harrow", "stage=team", "stage=draft", "kind=academic", "o=4", f"wanted__id__exact={free[0].pk}"]

    found = {query: list(desk.get(f"{LIST}?{query}").context["cl"].queryset) for query in asked}

    assert found == {query: [] if query in ("stage=draft", "kind=academic") else [row] for query in asked}


def test_what_waits_for_the_team_stands_first(desk, nell, free, now):
    rows = [
        drafted(nell, free, now=now, title="Draft"),
        submitted(nell, free, now=now, title="Newest"),
        submitted(nell, free, now=now - timedelta(days=12), title="Oldest"),
    ]

    listed = desk.get(LIST)

    assert list(listed.context["cl"].result_list) == [rows[2], rows[1], rows[0]]
    assert "12 days for the team" in listed.text


def test_a_taken_date_is_struck_from_the_list(desk, nell, free, now):
    submitted(nell, free, now=now)
    accepted(member("Sam Oduvale"), free, now=now, title="First")

    assert "<s>" in desk.get(LIST).text
