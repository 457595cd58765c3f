"""A member -> the page that is theirs."""

from typing import Any

from allauth.core.internal.httpkit import authenticated_user
from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import TemplateView

from accounts import door
from accounts.models import Community, Portrait
from blog import reading, stories, thread
from chats.models import Chat
from chats.views import offers

MOST = 200


class Me(LoginRequiredMixin, TemplateView):
    template_name = "me.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        standing = door.standing(self.request)
        has_desk = standing.missing not in (door.Missing.ROLE, door.Missing.SIGN_IN)
        portrait = Portrait.objects.filter(user=self.request.user.pk, image__isnull=False).exists()
        facts = {"has_desk": has_desk, "roles": sorted(standing.roles), "portrait": portrait, **self._own()}
        return super().get_context_data(**facts, **kwargs)

    def _own(self) -> dict[str, Any]:
        """What they host, offered and wrote here, and what came of it."""
        community = Community.objects.for_request(self.request)
        if community is None:
            return {}
        user = authenticated_user(self.request)
        return {
            "hosted": Chat.objects.of(community).hosted_by(user.pk),
            "offers": offers.listed(self.request),
            "own_comments": thread.of(user, community)[:MOST],
            "own_reports": thread.reported_by(user, community)[:MOST],
            "own_stories": stories.of(user, community)[:MOST],
            "own_pieces": reading.pieces_of(user, community)[:MOST],
        }
