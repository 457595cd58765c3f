"""What a host writes, step by step -> the rows of a proposal, and those of its chat once it has one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import F
from django.utils.text import slugify

from accounts import prose
from accounts.models import Community, User, bare_hashtag
from accounts.models.community import HASHTAG
from chats.analysis import links
from chats.lifecycle import HANDLE, NotAllowed
from chats.models import Proposal, ProposalHost, ProposalQuestion, Reading, Slot, Stage, Wish
from chats.models.proposal import MOST_QUESTIONS
from chats.proposals import briefing, letters, problems

FIELDS = {"title": 160, "why": 2000, "care": 300, "kind": 10, "topic": None, "hashtag": 60}  # with the longest words
MOST_READINGS, MOST_HOSTS, MOST_WISHES = 10, 8, 12
LONGEST_BIOGRAPHY = 600
ASIDE = 1000  # where positions are out of the way while others are given
BEING_WRITTEN = (Stage.DRAFT, Stage.INVITED)
OVER = (Stage.DECLINED, Stage.WITHDRAWN, Stage.MERGED)
FROZEN = "The evening is near, so its words are settled. Write the team a message: they can still change them."


class Host(NamedTuple):
    """Somebody who would run it, as it is typed."""

    handle: str
    name: str = ""
    biography: str = ""
    user: User | None = None
    is_guest: bool = False


def begin(community: Community, proposer: User, *, now: datetime) -> Proposal:
    """An empty draft of somebody who would host."""
    proposal = Proposal.objects.create(
        community=community, proposer=proposer, hashtag=community.hashtag, created_at=now
    )
    if HANDLE.fullmatch(proposer.handle):
        _name(proposal, [Host(proposer.handle, proposer.name, proposer.biography, proposer)])
    return proposal


@contextmanager
def writing(proposal: Proposal, now: datetime, *, by_team: bool = False, dates: bool = False) -> Iterator[Proposal]:
    """A transaction that holds the row; what is written in it must leave whole what was whole, and goes to the chat.

    Its dates may be gone by no doing of its host, so only who writes ``dates`` has to leave enough of them.
    Raises ``NotAllowed`` for a host after the freeze and for all where it is over; ``Unfinished`` for what would lack.
    """
    with transaction.atomic():
        row = (
            Proposal.objects.select_for_update(of=("self",))
            .select_related("community", "slot", "chat")
            .get(pk=proposal.pk)
        )
        if said := settled(row, now, by_team=by_team):
            raise NotAllowed(said)
        yield row
        _check_whole(row, now, dates=dates)
        if row.chat_id:
            briefing.carry_over(row)
    proposal.refresh_from_db()


def settled(proposal: Proposal, now: datetime, *, by_team: bool = False) -> str:
    """Why nothing of it can be written any more, in a sentence; "" while it can."""
    if proposal.status in OVER:
        return f"“{proposal}” is {proposal.get_status_display()}. Bring it back first."
    if proposal.chat and now >= proposal.chat.starts_at:
        return "The chat has begun. What it says is changed at the desk, not here."
    is_near = proposal.freezes_at is not None and now >= proposal.freezes_at
    return FROZEN if is_near and not by_team else ""


def write(proposal: Proposal, *, now: datetime, by_team: bool = False, **facts: Any) -> None:
    """Set some of ``FIELDS``.  Raises ``NotAllowed`` for what does not fit; nothing is cut."""
    with writing(proposal, now, by_team=by_team) as row:
        for field, value in facts.items():
            setattr(row, field, _fitting(field, value, FIELDS[field]))
        if row.topic and row.topic.community_id != row.community_id:
            raise NotAllowed(f"“{row.topic}” is a topic of another community.")
        try:
            row.clean_fields(exclude=[each.name for each in Proposal._meta.fields if each.name not in facts])
        except ValidationError as error:
            raise NotAllowed(" ".join(error.messages)) from error
        _check_whole(row, now)
        row.save(update_fields=list(facts))


def _check_whole(row: Proposal, now: datetime, *, dates: bool = False) -> None:
    missing = [] if row.status in BEING_WRITTEN else problems.of(row, now)
    if missing := [problem for problem in missing if dates or problem.step != "dates"]:
        raise problems.Unfinished(missing)


def _fitting(field: str, value: Any, longest: int | None) -> Any:
    if longest is None:
        return value
    if len(value) > longest:
        raise NotAllowed(f"The {field} is {len(value) - longest} characters too long.")
    if field == "hashtag":
        return readable_hashtag(value)
    return prose.lines(value) if field == "why" else prose.one_line(value, longest)


def readable_hashtag(typed: str) -> str:
    """Without its sign.  Raises ``NotAllowed`` for none, and where no capital shows where its words begin."""
    tag = bare_hashtag(typed)
    if not HASHTAG.fullmatch(tag):
        raise NotAllowed(f"{tag[:40]!r} is not a hashtag. One is written like #WeCops.")
    if tag == tag.lower() != tag.upper():
        raise NotAllowed(f"Write #{tag} with a capital for each word, as #WeCops: screen readers then read the words.")
    return tag


def ask_questions(proposal: Proposal, texts: Sequence[str], *, now: datetime, by_team: bool = False) -> None:
    """The questions in their order, in the place of those that were there; empty ones are left out."""
    told = [text for text in map(prose.lines, texts) if text]
    if len(told) > MOST_QUESTIONS:
        raise NotAllowed(f"An hour has room for {MOST_QUESTIONS} questions.")
    longest = ProposalQuestion._meta.get_field("text").max_length or 0
    for number, text in enumerate(told, 1):
        if len(text) > longest:
            raise NotAllowed(f"Question {number} is {len(text) - longest} characters too long.")
    with writing(proposal, now, by_team=by_team) as row:
        row.questions.all().delete()
        ProposalQuestion.objects.bulk_create(
            ProposalQuestion(proposal=row, number=number, text=" ".join(text.split()))
            for number, text in enumerate(told, 1)
        )


def recommend(proposal: Proposal, readings: Sequence[tuple[str, str]], *, now: datetime, by_team: bool = False) -> None:
    """What to read before, as (title, address).  A DOI, or #academicpony in the title, marks research."""
    if len(readings) > MOST_READINGS:
        raise NotAllowed(f"{MOST_READINGS} things to read are plenty.")
    rows = []
    for position, (title, address) in enumerate(readings, 1):
        words = prose.one_line(title.replace("#academicpony", ""), 200) or address[:200]
        check_address(address)
        is_academic = "#academicpony" in title.lower() or links.is_paper(address)
        rows.append(Reading(position=position, title=words, address=address, is_academic=is_academic))
    with writing(proposal, now, by_team=by_team) as row:
        row.readings.all().delete()
        for reading in rows:
            reading.proposal = row
        Reading.objects.bulk_create(rows)


def check_address(address: str) -> None:
    """Raises ``NotAllowed`` for what a browser could not open."""
    try:
        URLValidator(schemes=["https", "http"])(address)
    except ValidationError:
        raise NotAllowed(f"{address[:80]!r} is no whole address. One begins with https://") from None


def want(proposal: Proposal, slots: Sequence[Slot], *, now: datetime, by_team: bool = False) -> None:
    """The evenings that would do, the best first."""
    keys = list(dict.fromkeys(slot.pk for slot in slots))
    if len(keys) > MOST_WISHES:
        raise NotAllowed(f"{MOST_WISHES} dates are plenty.")
    with writing(proposal, now, by_team=by_team, dates=True) as row:
        free = set(Slot.objects.of(row.community).free(now).filter(pk__in=keys).values_list("pk", flat=True))
        if not free.issuperset(set(keys) - {row.slot_id}):  # the evening that is kept for it is no surprise to it
            raise NotAllowed("One of these dates has just been taken. Choose among those that are free.")
        row.wishes.all().delete()
        Wish.objects.bulk_create(
            Wish(proposal=row, slot_id=key, position=position) for position, key in enumerate(keys, 1)
        )


def name_hosts(proposal: Proposal, hosts: Sequence[Host], *, now: datetime, by_team: bool = False) -> None:
    """Who runs it: the host first, then co-hosts and guests.

    Where there is an evening, whoever comes new to it or goes is told.
    """
    with transaction.atomic():
        with writing(proposal, now, by_team=by_team) as row:
            before = _members(row)
            _name(row, hosts)
        after = _members(row)
        letters.catch_up(row, after - before, now=now)
        letters.take_leave(row, before - after, now=now)


def _members(row: Proposal) -> set[int]:
    """The keys of those hosts who are known."""
    return set(row.hosts.exclude(user=None).values_list("user", flat=True))


def _name(row: Proposal, hosts: Sequence[Host]) -> None:
    """Whoever stays keeps their row, so that the links in their letters go on working."""
    if len(hosts) > MOST_HOSTS:
        raise NotAllowed(f"{MOST_HOSTS} hosts are plenty.")
    handles = [host.handle.strip().lstrip("@") for host in hosts]
    for number, handle in enumerate(handles):
        if not HANDLE.fullmatch(handle):
            raise NotAllowed(f"{handle[:40]!r} is not a handle. One is written like @WeCops.")
        if handle.lower() in map(str.lower, handles[:number]):
            raise NotAllowed(f"@{handle} stands there twice.")
    there = {host.handle.lower(): host for host in row.hosts.all()}
    row.hosts.exclude(pk__in=[there[handle.lower()].pk for handle in handles if handle.lower() in there]).delete()
    row.hosts.update(position=F("position") + ASIDE)
    for position, (handle, host) in enumerate(zip(handles, hosts, strict=True), 1):
        known = there.get(handle.lower())
        facts = {
            "position": position,
            "handle": handle,
            "name": prose.one_line(host.name) or handle,
            "biography": prose.lines(host.biography)[:LONGEST_BIOGRAPHY],
            "user": host.user or (known.user if known else None),
            "is_guest": host.is_guest,
        }
        rows = ProposalHost.objects.filter(pk=known.pk) if known else ProposalHost.objects.none()
        if not rows.update(**facts):
            ProposalHost.objects.create(proposal=row, **facts)


def accept_house_rules(proposal: Proposal, *, now: datetime) -> None:
    with writing(proposal, now) as row:
        Proposal.objects.filter(pk=row.pk).update(house_rules_at=now)
        row.house_rules_at = now


@transaction.atomic
def duplicate(proposal: Proposal, proposer: User | None, *, now: datetime) -> Proposal:
    """The same once more, as a draft without dates: a year on, or for somebody else to host.

    Whoever else hosted is named in it and sees it once they have said that they are asked again.
    """
    kept = ("community", "title", "why", "care", "kind", "topic", "hashtag")
    copy = Proposal.objects.create(
        proposer=proposer, created_at=now, **{field: getattr(proposal, field) for field in kept}
    )
    copy.tags.add(*proposal.tags.names())
    for rows in (proposal.questions, proposal.readings, proposal.hosts):
        for each in rows.all():
            each.pk, each.proposal = None, copy
            each._state.adding = True
            each.save(force_insert=True)
    copy.hosts.exclude(user=proposer).update(user=None)
    return copy


def free_slug(community: Community, title: str) -> str:
    """A name for the address of its chat that no other has."""
    stem = slugify(title)[:60].strip("-_") or "chat"
    taken = set(community.chats.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(each for each in (stem, *(f"{stem}-{number}" for number in range(2, 1000))) if each not in taken)
