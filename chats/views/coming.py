"""“I'm coming”, pressed on the page of a chat -> its row, and what the member is told of it.

The page of the chat is the same for everybody, so its button is a form that needs no cookie: where it came from is
known by its ``Origin``.
"""

from allauth.core.internal.httpkit import authenticated_user
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from accounts import origin
from accounts.models.user import Mailed
from chats import lifecycle
from chats.lifecycle import NotAllowed
from chats.models import Chat, Status
from chats.models.chat import Phase
from chats.views import community_of


@method_decorator(csrf_exempt, name="dispatch")
class Coming(View):
    """Whether the member comes, and the button for it; all others are led through sign-in and back here."""

    def get(self, request: HttpRequest, slug: str, **kwargs: int) -> HttpResponseBase:
        chat = self.chat(slug)
        if not is_open(chat):
            return redirect(chat)
        if request.path != path(chat):
            return redirect(path(chat))
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        return self.shown(chat)

    def post(self, request: HttpRequest, slug: str, **kwargs: int) -> HttpResponseBase:
        chat = self.chat(slug)
        if not origin.is_own(request):
            return redirect(path(chat))  # which asks; nobody else presses for them
        if not request.user.is_authenticated:
            return redirect_to_login(path(chat))
        user = authenticated_user(request)
        try:
            if request.POST.get("do") == "stay-away":
                lifecycle.stay_away(chat, user)
            else:
                lifecycle.come(chat, user, now=timezone.now())
        except NotAllowed:
            return redirect(chat)  # its page says that it is over, or called off
        return redirect(path(chat))

    def chat(self, slug: str) -> Chat:
        return get_object_or_404(Chat.objects.of(community_of(self.request)), slug=slug)

    def shown(self, chat: Chat) -> HttpResponse:
        user = authenticated_user(self.request)
        page = {
            "chat": chat,
            "comes": chat.coming.filter(user=user).exists(),
            "is_reached": bool(user.email and user.email_confirmed_at),
            "is_reminded": Mailed.REMINDERS in user.mailed,
            "now": timezone.now(),
        }
        return TemplateResponse(self.request, "chats/coming.html", page)


def path(chat: Chat) -> str:
    return f"{chat.get_absolute_url()}coming/"


def is_open(chat: Chat) -> bool:
    """Whether one can still say so."""
    return chat.status != Status.CANCELLED and chat.phase(timezone.now()) in (Phase.UPCOMING, Phase.LIVE)
