"""What may be decided about a proposal: for each button what it asks, what it does, and when it may be pressed."""

from collections.abc import Callable
from typing import Any

from chats import proposals
from chats.admin import asking, stages
from chats.admin.deciding import Deciding, Decision, Done
from chats.models import Stage
from chats.proposals import TRANSITIONS, Host


def _accept(told: Deciding) -> Done:
    slot = told.values["slot"]
    row = proposals.accept(told.row, slot, now=told.now)
    evening = stages.evening(slot.starts_at, slot.ends_at, row.community.time_zone)
    return Done(f"{evening} is kept for “{row}”. Nobody knows yet: tell the host when you are ready.", row)


def _release(told: Deciding) -> Done:
    row = proposals.release(told.row, now=told.now)
    return Done(f"The hosts of “{row}” are told, and asked to confirm the evening.", row)


def _confirm(told: Deciding) -> Done:
    proposals.confirm(told.row, now=told.now)
    return Done(f"“{told.row}” is on the calendar.", told.row)


def _decline(told: Deciding) -> Done:
    return Done("Declined. The host reads why.", proposals.decline(told.row, told.values["reason"], now=told.now))


def _ask(told: Deciding) -> Done:
    proposals.ask(told.row, told.by, told.values["text"], now=told.now)
    return Done("Asked. It goes to the hosts by mail, and the answer will stand here.", told.row)


def _message(told: Deciding) -> Done:
    proposals.message(told.row, told.by, told.values["text"], is_from_team=told.is_team, now=told.now)
    return Done("Written. Host and team both see it here.", told.row)


def _review(told: Deciding) -> Done:
    proposals.review(told.row, told.by, score=told.values["score"], note=told.values["note"], now=told.now)
    return Done("Your review stands here, for the team alone.", told.row)


def _merge(told: Deciding) -> Done:
    other = proposals.merge(told.row, told.values["into"], now=told.now)
    return Done(f"“{told.row}” goes on in “{other}”, with its hosts and votes.", other)


def _invite(told: Deciding) -> Done:
    host = Host(told.values["handle"], told.values["name"])
    row = proposals.invite(host, told.row, told.by, now=told.now, address=told.values["address"])
    return Done(f"@{host.handle.lstrip('@')} is invited to host “{row}”.", row)


def _duplicate(told: Deciding) -> Done:
    copy = proposals.duplicate(told.row, told.by, now=told.now)
    return Done("This is the copy: a draft of yours, without dates.", copy)


def _submit(told: Deciding) -> Done:
    if told.values.get("rules"):
        proposals.accept_house_rules(told.row, now=told.now)
    return Done("It is with the team now.", proposals.submit(told.row, now=told.now))


def _withdraw(told: Deciding) -> Done:
    return Done("Withdrawn. Nothing that was written is lost.", proposals.withdraw(told.row, now=told.now))


def _reopen(told: Deciding) -> Done:
    row = proposals.reopen(told.row, now=told.now, by_team=told.is_team)
    return Done(f"“{row}” is {stages.WORDS[row.status][1]} again.", row)


def _open_to_votes(told: Deciding) -> Done:
    until = told.values["until"]
    proposals.open_to_votes(told.row, until)
    return Done("Members may vote for it now." if until else "The vote is over.", told.row)


def _freeze(told: Deciding) -> Done:
    proposals.freeze(told.row, told.values["at"], now=told.now)
    return Done("From then on its hosts ask the team for changes.", told.row)


def _may_become(stage: Stage) -> Callable[[Any], bool]:
    return lambda row: stage in TRANSITIONS[Stage(row.status)]


def _is(*wanted: Stage) -> Callable[[Any], bool]:
    return lambda row: row.status in wanted


def _may_reopen(row: Any) -> bool:
    return row.status not in (Stage.DRAFT, Stage.INVITED, Stage.SUBMITTED) and (
        row.status != Stage.CONFIRMED or stages.is_off(row)
    )


DECISIONS: dict[str, Decision] = {
    "submit": Decision(
        "Hand it to the team", "The team reads it, and answers in a mail.", _submit, "submits", _is(Stage.DRAFT),
        form=asking.SubmitForm, is_for_hosts=True,
    ),
    "accept": Decision(
        "Accept", "Keeps an evening for it. Nobody is told until you press “Tell the host”.", _accept, "accepts",
        _may_become(Stage.PENDING), form=asking.AcceptForm, field="slot",
    ),
    "release": Decision(
        "Tell the host", "Mails its hosts that it is accepted, with the date for their calendars, and asks for yes or "
        "no.", _release, "tells the host of", _may_become(Stage.ACCEPTED),
    ),
    "confirm": Decision(
        "Confirm the evening", "Puts the chat on the calendar at once, with its questions and hosts, and mails them.",
        _confirm, "confirms", _may_become(Stage.CONFIRMED), is_for_hosts=True,
    ),
    "ask": Decision(
        "Ask the host", "Your question goes to its hosts by mail, and stands beside the proposal.", _ask, "asks about",
        lambda row: True, form=asking.TextForm, field="text", is_always_logged=True, tone="quiet",
    ),
    "merge": Decision(
        "Merge", "One chat of two: hosts and votes of this one go to the other, and its hosts are told by mail.",
        _merge, "merges", _may_become(Stage.MERGED), form=asking.MergeForm, field="into", tone="quiet",
    ),
    "decline": Decision(
        "Decline", "Not this time. Its hosts are told by mail, with your reason.", _decline, "declines",
        _may_become(Stage.DECLINED), form=asking.ReasonForm, field="reason", tone="quiet",
    ),
    "invite": Decision(
        "Invite a host", "Asks somebody to host what you have begun to write. They say yes or no by a link in the "
        "mail; then it is theirs to go on with.", _invite, "invites a host to", _is(Stage.DRAFT),
        form=asking.InviteForm, field="handle", tone="quiet",
    ),
    "votes": Decision(
        "Open to votes", "Members say on the public list whether they would come.", _open_to_votes, "opens to votes",
        _is(Stage.SUBMITTED), form=asking.VotesForm, field="until", tone="quiet",
    ),
    "freeze": Decision(
        "Freeze date", "From then on its hosts ask the team for changes; until then they make them themselves.",
        _freeze, "freezes", _is(Stage.ACCEPTED, Stage.CONFIRMED), form=asking.FreezeForm, field="at", tone="quiet",
    ),
    "reopen": Decision(
        "Take it back", "It is to be decided again, or written. An evening that was kept for it is free; hosts who "
        "knew of it are told by mail.", _reopen, "takes back", _may_reopen, tone="quiet",
    ),
    "duplicate": Decision(
        "Duplicate", "The same once more, as a draft of yours without dates.", _duplicate, "duplicates",
        lambda row: True, is_always_logged=True, is_for_hosts=True, tone="quiet",
    ),
    "withdraw": Decision(
        "Withdraw", "It is taken back; an evening that was kept for it is free.", _withdraw, "withdraws",
        _may_become(Stage.WITHDRAWN), is_for_hosts=True, tone="bad",
    ),
    "review": Decision(
        "Review", "A score and a private note: one of each of the team, for the team alone.", _review, "reviews",
        lambda row: True, form=asking.ReviewForm, needs="chats.add_review", is_always_logged=True,
    ),
    "message": Decision(
        "Message", "Host and team both see it here; no mail goes.", _message, "writes beside",
        lambda row: True, form=asking.TextForm, field="text", needs="chats.add_message", is_for_hosts=True,
        is_always_logged=True,
    ),
}  # fmt: skip
# They have their forms on the page itself.
ON_THE_PAGE = frozenset({"review", "message", "ask"})
