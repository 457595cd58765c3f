"""What is wrong at the moment, and every admin page -> the desk: the place where the team works."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts import outbox
from accounts.models import Community
from chats import health
from chats.health import Incident
from chats.rendering.numbers import counted

LISTS = {
    "Chat": "Chats",
    "Capture": "Captures",
    "IngestRun": "Runs",
    "Tweet": "Tweets",
    "Correction": "Corrections",
    "Recheck": "Re-checks",
    "Spending": "Spending",
    "Mail": "Mail",
}


# What nobody but a person can mend, by what the outbox calls it.
UNDECIDED = {
    "failed": (
        "letter could,letters could",
        "not be delivered. Read why under Mail, then send it again or discard it.",
    ),
    "stuck": ("letter waits,letters wait", "for a mail server that does not take them. Read under Mail what it says."),
    "unsure": ("letter has,letters have", "perhaps arrived, perhaps not. Send it again under Mail, or discard it."),
}


def undecided_mail() -> list[Incident]:
    """Mail that waits for somebody.  Only the desk tells of it: to whom what was written concerns nobody else."""
    return [
        Incident(f"mail_{status}", f"{counted(number, UNDECIDED[status][0])} {UNDECIDED[status][1]}", None)
        for status, number in sorted(outbox.wanting().items())
    ]


class Desk(admin.AdminSite):
    """The admin under the name of the community whose host it is opened at."""

    index_title = "What needs you"
    enable_nav_sidebar = True

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        community = Community.objects.for_request(request)
        name = community.name if community else "The desk"
        return {**super().each_context(request), "site_header": name, "site_title": f"{name} desk"}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The lists in the order in which somebody needs them, under our words."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: list(LISTS).index(model["object_name"]))
            for model in app["models"]:
                model["name"] = LISTS[model["object_name"]]
        return apps

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        told = {"incidents": [*health.incidents(timezone.now()), *undecided_mail()], **(extra_context or {})}
        return super().index(request, told)
