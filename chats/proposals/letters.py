"""What became of a proposal -> letters to all who would host it, each with their own calendar file and links.

What hosts did goes to the team: ``tell_team``.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings

from accounts import roles
from accounts.models import User
from accounts.outbox import To
from chats import calendar
from chats.calendar import Entry
from chats.lifecycle import letters
from chats.models import Chat, Proposal, ProposalHost, Stage
from chats.proposals import briefing, keys
from chats.rendering import numbers


def tell(template: str, proposal: Proposal, *, entry: Entry | None = None, **told: Any) -> None:
    """One letter to each of its people who confirmed an address."""
    people = [proposal.proposer_id, *proposal.hosts.values_list("user", flat=True)]
    letters.send(template, proposal.community, letters.readers(people), {**facts(proposal), **told}, entry=entry)


def catch_up(proposal: Proposal, members: Collection[int], *, now: datetime) -> None:
    """Whoever joins once there is an evening gets it as those did who were there before."""
    if proposal.status == Stage.ACCEPTED and proposal.slot and proposal.slot.starts_at > now:
        ask_to_confirm(proposal, among=members)
    chat = Chat.objects.going_ahead().filter(proposal=proposal, starts_at__gt=now).first()
    if chat:
        letters.of_chat("confirmed", chat, letters.readers(members), proposal=proposal)


def take_leave(proposal: Proposal, members: Collection[int], *, now: datetime) -> None:
    """Whoever is a host no more gets the evening out of their calendar."""
    chat = Chat.objects.for_calendars().going_ahead().filter(proposal=proposal, starts_at__gt=now).first()
    is_offered = proposal.status == Stage.ACCEPTED and proposal.slot and proposal.slot.starts_at > now
    entry = calendar.of_chat(chat) if chat else held(proposal, "CANCELLED") if is_offered else None
    if entry:
        off = replace(entry, standing="CANCELLED", revised_at=now, lines=("You are not a host of this chat any more.",))
        told = facts(proposal) | (letters.when(chat.starts_at, chat.ends_at, chat.time_zone) if chat else {})
        letters.send("not_a_host", proposal.community, letters.readers(members), told, entry=off)


def ask_to_confirm(proposal: Proposal, *, weeks: int = 0, among: Collection[int] | None = None) -> None:
    """Each host gets the tentative evening and their own two links; ``weeks`` are left where this is a reminder.

    ``among`` are the members to ask, where those are not all who host it.
    """
    entry = held(proposal, "TENTATIVE")
    named = proposal.hosts.select_related("proposal", "user").exclude(user=None)
    for host in named if among is None else named.filter(user__in=among):
        path = f"{proposal.community.site}{keys.answer_path(host)}"
        links = {"yes": f"{path}yes/", "no": f"{path}no/", "weeks": weeks}
        to = letters.readers([host.user_id])
        letters.send("please_confirm", proposal.community, to, {**facts(proposal), **links}, entry=entry)


def invite(proposal: Proposal, guest: ProposalHost) -> None:
    """Ask somebody whom the team would like to host, at their confirmed address or the one that the team has."""
    to = letters.readers([guest.user_id])
    if not to and proposal.invited_address:
        to = [To(proposal.invited_address, guest.name)]
    path = f"{proposal.community.site}{keys.answer_path(guest)}"
    by = str(proposal.invited_by) if proposal.invited_by else proposal.community.name
    links = {"yes": f"{path}yes/", "no": f"{path}no/", "by": by}
    letters.send("invitation", proposal.community, to, {**facts(proposal), **links})


def tell_team(template: str, proposal: Proposal, *, besides: User | None = None, **told: Any) -> None:
    """One letter to each of those who decide about it, ``besides`` whoever has just said it."""
    people = [user.pk for user in roles.deciding(proposal.community) if user != besides]
    if to := letters.readers(people):
        desk = f"{proposal.community.site}/{settings.ADMIN_PATH}chats/proposal/{proposal.pk}/change/"
        known = {**facts(proposal), "desk": desk, "evenings": _wished(proposal)}
        letters.send(template, proposal.community, to, {**known, **told})


def _wished(proposal: Proposal) -> str:
    """The evenings that would do, the best first: "2 December, 9 pm, or 16 December, 9 pm"."""
    slots, zone = [wish.slot for wish in proposal.wishes.select_related("slot")], proposal.community.time_zone
    return ", or ".join(letters.when(slot.starts_at, slot.ends_at, zone)["evening"] for slot in slots)


def facts(proposal: Proposal) -> dict[str, Any]:
    """What every letter about a proposal may say."""
    slot = proposal.slot
    evening = letters.when(slot.starts_at, slot.ends_at, proposal.community.time_zone) if slot else {}
    return {
        "proposal": proposal,
        "hosts": numbers.listed([host.name for host in proposal.hosts.all()]),
        "address": f"{proposal.community.site}{proposal.get_absolute_url()}",
        **evening,
    }


def held(proposal: Proposal, standing: Any) -> Entry | None:
    """The evening that is kept for it, as calendars show it; None where none is."""
    if proposal.slot is None:
        return None
    is_off = standing == "CANCELLED"
    return Entry(
        uid=proposal.uid,
        sequence=proposal.sequence,
        revised_at=proposal.revised_at,
        starts_at=proposal.slot.starts_at,
        ends_at=proposal.slot.ends_at,
        title=f"{'Cancelled' if is_off else 'Please confirm'}: {proposal}",
        standing=standing,
        lines=("This evening is no longer kept for you." if is_off else "Kept for you until you confirm.",)
        + ((briefing.summary(proposal),) if proposal.why else ()),
        address=f"{proposal.community.site}{proposal.get_absolute_url()}",
        place=f"#{proposal.hashtag}",
        topic=proposal.topic.name if proposal.topic else "",
    )
