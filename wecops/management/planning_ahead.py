"""What invented people offer -> evenings, proposals at every stage and chats that became of them, by the real writers.

Safe to repeat: what is there stays, and nothing is offered for an evening that is over.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts import addresses, staff
from accounts.models import Community, User
from chats import lifecycle, proposals
from chats.models import Chat, Proposal, Series, Slot, Stage, Topic
from chats.proposals import Host, slots, talking
from tests.simulators.facts import Facts
from tests.simulators.offers import BIOGRAPHIES, OFFERS, READERS, Offer
from tests.simulators.people import cast

SERIES = "Every second Thursday"
A_WEEK = timedelta(weeks=1)
FIRST = 2 * A_WEEK  # after the practice chat
VOTING = timedelta(days=30)
WISHED = 3


class Programme:
    """The offers of one community, for the evenings after its practice chat; ``coming`` are announced chats by slug."""

    def __init__(self, community: Community, practice_at: datetime, coming: Mapping[str, Facts], now: datetime):
        self._community = community
        self._coming = coming
        self._now = now
        self._day = practice_at.astimezone(ZoneInfo(community.time_zone)).date()
        self._people: dict[str, User] = {}

    def fill(self, topics: Mapping[str, Topic]) -> None:
        """Open the evenings, and bring every offer as far as it has come."""
        series = slots.begin(self._community, SERIES, first_on=self._day + FIRST)
        slots.plan(self._now)
        talking.let_members_vote(self._community)
        for key in READERS:  # before the first letter
            self._user(key)
        for offer in OFFERS:
            with transaction.atomic():
                self._bring(self._filled(offer), topics, series)

    def _filled(self, offer: Offer) -> Offer:
        facts = self._coming.get(offer.coming)
        if facts is None:
            return offer
        return offer._replace(
            title=facts.title, topic=facts.topic, questions=tuple(question.text for question in facts.questions)
        )

    def _bring(self, offer: Offer, topics: Mapping[str, Topic], series: Series) -> None:
        for rows in (Proposal.objects.of(self._community), Chat.objects.of(self._community)):
            if rows.filter(title=offer.title).exists():
                return
        evening = self._evening(series, offer.weeks) if offer.weeks else None
        if evening is None and offer.weeks:
            return
        proposal = self._written(offer, topics.get(offer.topic), evening)
        if offer.stage == Stage.INVITED:
            proposals.invite(self._host(offer.hosts[0]), proposal, self._user("ann"), now=self._at(offer))
        elif offer.stage != Stage.DRAFT:
            proposals.submit(proposal, now=self._at(offer))
            self._talk(proposal, offer)
            self._decide(proposal, offer, evening)

    def _evening(self, series: Series, weeks: int) -> Slot | None:
        """The slot so many weeks after the practice chat, if it is to come and nobody has it."""
        starts_at, ends_at = slots.evening(series, self._day + weeks * A_WEEK)
        if starts_at <= self._now:
            return None
        if not Slot.objects.of(self._community).filter(starts_at=starts_at).exists():
            slots.open_slot(self._community, starts_at, ends_at)
        return Slot.objects.of(self._community).free(self._now).filter(starts_at=starts_at).first()

    def _written(self, offer: Offer, topic: Topic | None, evening: Slot | None) -> Proposal:
        now = self._at(offer)
        proposal = proposals.begin(
            self._community, self._user("ann" if offer.stage == Stage.INVITED else offer.hosts[0]), now=now
        )
        proposals.write(proposal, now=now, title=offer.title, why=offer.why, care=offer.care, topic=topic)
        proposals.name_hosts(proposal, [self._host(key) for key in offer.hosts], now=now)
        proposals.ask_questions(proposal, offer.questions, now=now)
        proposals.recommend(proposal, offer.readings, now=now)
        if offer.stage not in (Stage.DRAFT, Stage.INVITED):
            free = Slot.objects.of(self._community).free(self._now)
            wished = [evening] if evening else []
            wished += [slot for slot in free if slot != evening][: WISHED - len(wished)]
            proposals.want(proposal, wished, now=now)
            proposals.accept_house_rules(proposal, now=now)
        return proposal

    def _talk(self, proposal: Proposal, offer: Offer) -> None:
        now = self._at(offer)
        for key, score, note in offer.reviews:
            proposals.review(proposal, self._user(key), score=score, note=note, now=now)
        for key, text in offer.messages:
            if key in offer.hosts:
                proposals.message(proposal, self._user(key), text, is_from_team=False, now=now)
            else:
                proposals.ask(proposal, self._user(key), text, now=now)
            now += timedelta(hours=20)
        if offer.votes:
            proposals.open_to_votes(proposal, self._now + VOTING)
        for key in offer.votes:
            proposals.vote(proposal, self._user(key), now=self._now)

    def _decide(self, proposal: Proposal, offer: Offer, evening: Slot | None) -> None:
        if offer.stage == Stage.DECLINED:
            proposals.decline(proposal, offer.reason, now=self._now)
        if evening is None:
            return
        proposals.accept(proposal, evening, now=self._now)
        if offer.stage == Stage.PENDING:
            return
        proposals.release(proposal, now=self._now)
        if offer.stage == Stage.ACCEPTED:
            return
        chat = proposals.confirm(proposal, now=self._now)
        if offer.stage == "moved":
            earlier = {"starts_at": chat.starts_at - A_WEEK, "ends_at": chat.ends_at - A_WEEK}
            lifecycle.move(chat, **earlier, reason=offer.reason, now=self._now)
        if offer.stage == "cancelled":
            lifecycle.cancel(chat, offer.reason, now=self._now)

    def _at(self, offer: Offer) -> datetime:
        return self._now - timedelta(days=offer.days_ago)

    def _host(self, key: str) -> Host:
        person = cast()[key]
        return Host(person.handle, person.name, BIOGRAPHIES[key], self._user(key))

    def _user(self, key: str) -> User:
        if key not in self._people:
            person = cast()[key]
            user = staff.enrol(person.id, person.handle, name=person.name, now=self._now)
            if key in READERS and not user.email:
                addresses.confirm(addresses.token(user, f"{key}@portal.example"), self._now)
                user.refresh_from_db()
            self._people[key] = user
        return self._people[key]
