"""A chat that somebody hosts -> the pack for the evening: what to do when, texts to copy, and one page to print."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.generic import View

from accounts import door, roles
from chats import lifecycle
from chats.models import Chat, Status
from chats.rendering import checklist, pack, qr, sheet
from chats.views import community_of


class OfHosts(LoginRequiredMixin, View):
    """For the hosts of a chat, who are known by their account, and for the team.  To everybody else it is not there."""

    def chat(self, request: HttpRequest, slug: str) -> Chat:
        community = community_of(request)
        chats = Chat.objects.of(community).for_calendars().select_related("proposal__buddy")
        chat = get_object_or_404(chats, slug=slug)
        standing = door.standing(request)
        self.is_team = standing.is_everything or bool(standing.roles & roles.TEAM)
        if not self.is_team and all(host.user_id != request.user.pk for host in chat.hosts.all()):
            raise Http404
        return chat

    def told(self, chat: Chat) -> dict[str, Any]:
        """What the page and the sheet have in common."""
        offer = getattr(chat, "proposal", None)
        evening = pack.of(chat, self.following(chat), care=offer.care if offer else "")
        return {"chat": chat, "offer": offer, "evening": evening, "pack": f"{chat.community.site}{chat.pack_path}"}

    def following(self, chat: Chat) -> Chat | None:
        later = Chat.objects.of(chat.community).going_ahead().filter(starts_at__gt=chat.starts_at)
        return later.select_related("community").order_by("starts_at").first()


class HostPack(OfHosts):
    """The checklist by date, whose ticks all hosts share, and every text of the evening."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        chat = self.chat(request, slug)
        told = self.told(chat)
        evening = told["evening"]
        done = set(chat.preparations.values_list("task", flat=True))
        facts = {"thanks_at": evening.ends_at - pack.THANKS, "done": done, "now": timezone.now()}
        days = checklist.days(chat.starts_at, chat.time_zone, **facts)
        texts = pack.texts(evening)
        told |= {
            "texts": texts,
            "keys": {text.key for text in texts},
            "days": days,
            "done": sum(task.is_done for day in days for task in day.tasks),
            "tasks": len(checklist.KEYS),
            "code": qr.of(evening.address),
            "is_team": self.is_team,
            "may_edit": door.standing(request).may("chats.view_chat"),
        }
        return TemplateResponse(request, "chats/host_pack.html", told)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Only what somebody changed is written, so that two hosts do not undo each other's ticks."""
        chat = self.chat(request, slug)
        ticked, shown = (checklist.KEYS & set(request.POST.getlist(name)) for name in ("task", "shown"))
        lifecycle.tick(chat, ticked - shown, shown - ticked)
        return redirect(f"{chat.pack_path}#list")


class HostPackTexts(OfHosts):
    """All texts in one file."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        chat = self.chat(request, slug)
        blocks = [f"{text.label}\n\n{text.words}\n" for text in pack.texts(self.told(chat)["evening"])]
        response = HttpResponse("\n\n".join(blocks), content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = str(content_disposition_header(False, f"{chat.slug}.txt"))
        return response


class HostPackPrint(OfHosts):
    """The one page; of an evening that is called off there is none to print."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        chat = self.chat(request, slug)
        if chat.status == Status.CANCELLED:
            return redirect(chat.pack_path)
        told = self.told(chat)
        lines = sheet.lines(told["evening"])
        told |= {"lines": lines, "is_crowded": sheet.is_crowded(lines), "code": qr.of(told["pack"])}
        return TemplateResponse(request, "chats/host_pack_print.html", told)
