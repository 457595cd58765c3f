"""Words that wait -> a list on which a volunteer decides with two keys, `a` and `h`; each is a button as well."""

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import audit
from accounts.admin.base import ReadOnly, Titled
from accounts.models import User
from accounts.telling import NOTHING
from blog import comments, thread
from blog.models import Rule
from chats.lifecycle import NotAllowed

LAST_RULE = "last_rule"  # in the session: whoever removes ten advertisements chooses once


class Order(NamedTuple):
    """What a button does, how the log calls it, and what is said when it is done."""

    verb: Callable[[Any, User, int, str], Any]
    logged: str
    said: str


class ByState(admin.SimpleListFilter):
    """What waits, unless something else is chosen: ``waiting`` are its rows, ``field`` says what became of one."""

    title = "what became of it"
    parameter_name = "state"
    field = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("all", "all"), *model_admin.opts.get_field(self.field).choices]

    def choices(self, changelist: Any) -> Any:
        every = list(super().choices(changelist))
        every[0]["display"] = "to be read"
        return every

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        chosen = self.value()
        if chosen in dict(self.lookup_choices) and chosen != "all":
            return queryset.filter(**{self.field: chosen})
        return queryset if chosen == "all" else queryset.waiting()


class Decided(ReadOnly, Titled):
    """A list of words under posts.  ``writer`` is the field that says whose they are, ``orders`` has "approve" and
    "hide" at least; a row has its ``text``, ``rule`` and ``said``.
    """

    community_path = "post__community"
    change_list_template = "admin/blog/deciding.html"
    list_display_links = None
    list_per_page = 25
    actions = None
    writer = ""
    orders: dict[str, Order]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Whoever may only look has no buttons."""

        @admin.display(description="Decide")
        def decide(row: Any) -> SafeString:
            return self._buttons(request, row)

        return [*self.list_display, decide] if self.has_decide_permission(request) else [*self.list_display]

    @admin.display(description="What it says")
    def wording(self, row: Any) -> SafeString:
        words = format_html('<div class="said" dir="auto">{}</div>', row.body) if row.text else "Its words are gone."
        moment = thread.when(self.written_at(row), row.post.community.time_zone)
        answers = self.answers(row)
        address = row.get_absolute_url()
        return format_html(
            '{}<p class="quiet">{}, under <a href="{}">{}</a>{}</p>', words, moment, address, row.post, answers
        )

    def written_at(self, row: Any) -> Any:
        raise NotImplementedError

    def answers(self, row: Any) -> SafeString | str:
        """What it stands in answer to, in words."""
        return ""

    @admin.display(description="By")
    def by(self, row: Any) -> SafeString | str:
        member = getattr(row, self.writer)
        if member is None:
            return NOTHING
        handle = format_html("<br><bdi>@{}</bdi>", member.handle) if member.handle else ""
        return format_html("<bdi>{}</bdi>{}", member, handle)

    @admin.display(description="What its writer was told")
    def told(self, row: Any) -> str:
        rule = f"House rule {row.rule}, {Rule(row.rule).label}. " if row.rule else ""
        return f"{rule}{row.said}" or NOTHING

    def suggested(self, row: Any) -> int | None:
        """The rule that is chosen beforehand."""
        return row.rule

    def _buttons(self, request: HttpRequest, row: Any) -> SafeString:
        if not row.text:
            return SafeString(NOTHING)
        told = {
            "row": row,
            "which": f"the {self.opts.verbose_name} by {getattr(row, self.writer)}",
            "writer": getattr(row, self.writer),
            "rules": Rule.choices,
            "chosen": self.suggested(row) or request.session.get(LAST_RULE),
            "read": words_of(row),
            "address": self._narrowed(request, self._address("press", row.pk)),
            "orders": self.orders,
        }
        return SafeString(render_to_string("admin/blog/_decide.html", told))

    def _named(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def _address(self, page: str, *args: int) -> str:
        return reverse(f"admin:{self._named(page)}", args=args)

    def get_urls(self) -> list[URLPattern]:
        return [path("<int:key>/press/", self.button(self.press), name=self._named("press")), *super().get_urls()]

    def press(self, request: HttpRequest, key: int) -> HttpResponse:
        """A button beside one of them; back to the list as it was narrowed."""
        if not self.has_decide_permission(request):
            raise PermissionDenied
        row = self.get_queryset(request).filter(pk=key).first()
        if row is None:
            raise Http404
        order = self.orders.get(request.POST.get("order", ""))
        rule = request.POST.get(f"rule-{key}", "")
        number = int(rule) if rule in map(str, Rule.values) else 0
        if order and request.POST.get(f"read-{key}") != words_of(row):
            messages.error(request, comments.CHANGED)
        elif order:
            self._obey(request, row, order, number, request.POST.get(f"said-{key}", ""))
        return HttpResponseRedirect(f"{self._narrowed(request, self._address('changelist'))}#result_list")

    def _narrowed(self, request: HttpRequest, address: str) -> str:
        """The address with what the list is narrowed by at the moment."""
        told: dict[str, Any] = {"opts": self.opts, "preserved_filters": self.get_preserved_filters(request)}
        return add_preserved_filters(told, address)

    def _obey(self, request: HttpRequest, row: Any, order: Order, rule: int, said: str) -> None:
        if order is self.orders["hide"] and rule:
            request.session[LAST_RULE] = rule
        try:
            with transaction.atomic(), audit.watching(request, [row], order.logged, within=row.post):
                order.verb(row, request.user, rule, said)  # type: ignore[arg-type]
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, order.said)


def words_of(row: Any) -> str:
    """What tells whether it still says what was on the screen."""
    return hashlib.sha256(row.text.encode()).hexdigest()[:16]
