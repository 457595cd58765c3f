"""A member -> the page that is theirs."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import TemplateView

from accounts import door
from accounts.models import Community, Portrait
from chats.models import Chat
from chats.views import offers


class Me(LoginRequiredMixin, TemplateView):
    template_name = "me.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        standing = door.standing(self.request)
        has_desk = standing.missing not in (door.Missing.ROLE, door.Missing.SIGN_IN)
        portrait = Portrait.objects.filter(user=self.request.user.pk, image__isnull=False).exists()
        community = Community.objects.for_request(self.request)
        return super().get_context_data(
            has_desk=has_desk,
            roles=sorted(standing.roles),
            portrait=portrait,
            hosted=Chat.objects.of(community).hosted_by(self.request.user.pk) if community else [],
            offers=offers.listed(self.request),
            **kwargs,
        )
