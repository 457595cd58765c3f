"""The same life, walked through the pages of the desk: whatever is pressed and typed there ends in no other state.

It is the model of the writers' own walk; here each step is a form that the team, or a host, sends.
"""

from http import HTTPStatus

import pytest
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import rule

from accounts.models import AuditEntry
from accounts.roles import Role
from chats.models import Chat, Proposal
from tests.chats.proposals.test_life import HOUR, PROPOSALS, SLOTS, Life, walk
from tests.factories.chats import wecops
from tests.factories.people import person
from tests.wecops.test_permissions import Asking

SEQUENCES, DEEP_SEQUENCES = 8, 1_000
OF_THE_TEAM = ("accept", "release", "decline", "merge", "reopen", "freeze", "votes", "invite", "ask", "review")


class AtDesk(Life):
    """The writers' verbs as what is sent to the desk.  The clock there is the real one, so nobody waits."""

    desk = hosting = None
    written = 0

    def wait(self): ...

    def tried(self, is_allowed, writer, *args, **named):
        """Send what stands for the writer's call; what is refused says so on the page and leaves no entry."""
        entries = AuditEntry.objects.count()
        answer = getattr(self, f"send_{writer.__name__}")(*args, **named)
        is_done = answer.status_code == HTTPStatus.FOUND
        assert bool(is_allowed) == is_done, f"{writer.__name__}: {answer.status_code}"
        assert is_done or answer.status_code == HTTPStatus.OK
        assert (AuditEntry.objects.count() > entries) == is_done
        self.has_changed = self.has_changed or is_done
        return is_done and (Chat.objects.latest("pk") if writer.__name__ in ("confirm", "schedule") else True)

    def press(self, model, row, name, client=None, **typed):
        return (client or self.desk).post(f"/desk/chats/{model}/{row.pk}/decide/{name}/", typed)

    def send_submit(self, row):
        return self.press("proposal", row, "submit", rules="on")

    def send_accept(self, row, slot):
        return self.press("proposal", row, "accept", slot=slot.pk)

    def send_release(self, row):
        return self.press("proposal", row, "release")

    def send_confirm(self, row):
        return self.press("proposal", row, "confirm")

    def send_decline(self, row, reason):
        return self.press("proposal", row, "decline", reason=reason)

    def send_withdraw(self, row):
        return self.press("proposal", row, "withdraw")

    def send_reopen(self, row):
        return self.press("proposal", row, "reopen")

    def send_merge(self, row, into):
        return self.press("proposal", row, "merge", into=into.pk)

    def send_write(self, row, why):
        known = Proposal.objects.get(pk=row.pk)
        self.written += 1
        parts = ("questions", "readings", "wishes", "hosts")
        tables = {f"{name}-{part}_FORMS": 0 for name in parts for part in ("TOTAL", "INITIAL")}
        facts = {"title": known.title, "kind": known.kind, "hashtag": known.hashtag, "care": known.care}
        typed = {**facts, **tables, "why": f"For reason {self.written}."}
        return self.desk.post(f"/desk/chats/proposal/{row.pk}/change/", typed)

    def send_move(self, chat, starts_at, ends_at, reason):
        at = f"{timezone.localtime(starts_at):%Y-%m-%dT%H:%M:%S}"
        return self.press(
            "chat", chat, "move", starts_at=at, minutes=(ends_at - starts_at).seconds // 60, reason=reason
        )

    def send_cancel(self, chat, reason):
        return self.press("chat", chat, "cancel", reason=reason)

    @rule(slot=SLOTS)
    def schedule(self, slot):
        self.wanted = self.slots[slot].starts_at
        super().schedule(slot)

    def send_schedule(self):
        facts = {"title": "By hand", "slug": f"by-hand-{len(self.chats)}", "community": wecops().pk}
        return self.desk.post("/desk/chats/chat/add/", {**self.of_chat(self.wanted), **facts})

    def of_chat(self, starts_at):
        """What the form of a chat sends, and more than it has."""
        rows = {f"{name}-{part}_FORMS": 0 for name in ("questions", "hosts") for part in ("TOTAL", "INITIAL")}
        hours = {"starts_at": starts_at, "ends_at": starts_at + HOUR}
        typed = {name: f"{timezone.localtime(at):%Y-%m-%dT%H:%M:%S}" for name, at in hours.items()}
        facts = {"lead_in_minutes": 15, "tail_minutes": 90, "hashtags": "WeCops", "time_zone": "Europe/London"}
        return {**rows, **typed, **facts, "title": "Retyped", "status_reason": "So.", "status": "cancelled"}

    @rule(data=st.data(), slot=SLOTS)
    def retype(self, data, slot):
        """What is decided about a chat is no field of its form."""
        chat = data.draw(st.sampled_from(self.chats))
        answer = self.desk.post(f"/desk/chats/chat/{chat.pk}/change/", self.of_chat(self.slots[slot].starts_at))
        assert answer.status_code == HTTPStatus.FOUND

    @rule(number=PROPOSALS, name=st.sampled_from(OF_THE_TEAM))
    def overreach(self, number, name):
        """A host presses what is the team's."""
        slot = self.slots[0].pk
        answer = self.press("proposal", self.rows[number], name, self.hosting, slot=slot, reason="So.", text="So.")
        assert answer.status_code in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)


@pytest.mark.django_db
def test_no_order_of_forms_ends_where_it_must_not(deep, settings):
    settings.TEAM_SECOND_STEP = False
    AtDesk.desk, AtDesk.hosting = Asking(), Asking()
    AtDesk.desk.force_login(person("olive", Role.ORGANISER))
    AtDesk.hosting.force_login(person("hope", Role.HOST))

    walk(AtDesk, timezone.now(), sequences=DEEP_SEQUENCES if deep else SEQUENCES, steps=20 if deep else 6, deep=deep)
