"""Communities, their team and their pages of prose -> forms; a page's text is a new revision, and none is ever lost."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from accounts import audit, founding, revisions
from accounts.admin.base import AtDesk, ReadOnly, Titled
from accounts.admin.named import Named
from accounts.models import Community, Page, Revision, TeamMember, User
from accounts.telling import NOTHING
from accounts.views import pages


class CommunityForm(forms.ModelForm):
    hashtags = SimpleArrayField(forms.CharField(), help_text="With commas; the first is shown.")


@admin.register(Community)
class CommunityAdmin(Titled):
    """Its address and its colours are for superusers; nobody deletes one here with all that it has kept."""

    title = "Communities"
    community_path = "pk"
    form = CommunityForm
    list_display = ["name", "domain", "handle", "time_zone"]
    ordering = ["name"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "handle", "hashtags", "promise", "description"]}),
        ("Where and when", {"fields": ["domain", "time_zone"]}),
        ("Coming in, having a say, and writing to us", {"fields": ["has_email_sign_in", "has_votes", "contact"]}),
        ("Colours", {"fields": ["hue", "chroma", "hue_accent", "chroma_accent"]}),
    ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Community | None = None) -> list[str]:
        return ["slug"] if obj else []

    def save_model(self, request: HttpRequest, obj: Community, form: Any, change: bool) -> None:
        """A new one has its pages from the first moment."""
        super().save_model(request, obj, form, change)
        if not change:
            founding.plant(obj, now=timezone.now())


@admin.register(TeamMember)
class TeamAdmin(Titled):
    title = "The team, in the order of “About We”"
    list_display = ["name", "role", "position", "joined_on", "left_on"]
    list_filter = [("left_on", admin.EmptyFieldListFilter)]
    search_fields = ["name", "handle", "role"]
    ordering = ["position", "joined_on", "pk"]
    raw_id_fields = ["user"]
    fieldsets = [
        (None, {"fields": ["name", "handle", "role", "background", "biography", "is_academic"]}),
        ("On the team", {"fields": ["community", "position", "joined_on", "left_on", "user"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: TeamMember | None = None) -> Any:
        """Whoever may not look among the members ties nobody to one."""
        may_look = self.admin_site.get_model_admin(User).has_view_permission(request)
        left_out = [] if may_look else ["user"]
        told = super().get_fieldsets(request, obj)
        return [(name, {"fields": [each for each in of["fields"] if each not in left_out]}) for name, of in told]

    def get_readonly_fields(self, request: HttpRequest, obj: TeamMember | None = None) -> list[str]:
        return ["community"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"community": Community.objects.for_request(request), **super().get_changeform_initial_data(request)}


class PageForm(forms.ModelForm):
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 24}), strip=False, help_text="Markdown, without HTML.")
    read = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "text" in self.fields:
            newest = self.instance.revisions.order_by("-number").first()
            self.newest = newest.number if newest else 0
            self.initial.update(text=newest.text if newest else "", read=self.newest)

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].replace("\r\n", "\n")
        if not text.strip():
            raise forms.ValidationError("A page needs a text.")
        return text

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("read") != self.newest and "text" in self.changed_data:
            said = (
                f"Somebody else has saved revision {self.newest} meanwhile: put your changes into it, then save again."
            )
            self.add_error("text", said)
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            data[self.add_prefix("read")] = str(self.newest)  # the next time they have seen it
            self.data = data
        return values


class Revisions(ReadOnly, AtDesk, admin.TabularInline):
    """Every text that the page has had, the newest first, each with a button that puts it back."""

    model = Revision
    community_path = "page__community"
    formset = Named
    readonly_fields = ["said", "by", "at", "back"]
    fields = (*readonly_fields,)
    ordering = ["-number"]
    extra = 0
    verbose_name_plural = "every text it has had"

    @admin.display(description="Text")
    def said(self, revision: Revision) -> SafeString:
        folded = '<details><summary>Revision {}</summary><pre class="prose-source">{}</pre></details>'
        return format_html(folded, revision.number, revision.text)

    @admin.display(description="By")
    def by(self, revision: Revision) -> str:
        return str(revision.author) if revision.author else NOTHING

    @admin.display(description="When")
    def at(self, revision: Revision) -> str:
        return date_format(localtime(revision.created_at), "j M Y, H:i")

    @admin.display(description="Put back")
    def back(self, revision: Revision) -> SafeString | str:
        if revision.number == revision.page.newest.number:  # type: ignore[union-attr]
            return "what readers see"
        address = reverse("admin:accounts_page_restore", args=[revision.page_id])
        button = '<button class="button" formaction="{}" formnovalidate name="number" value="{}">Put back {}</button>'
        return format_html(button, address, revision.number, f"revision {revision.number}")


@admin.register(Page)
class PageAdmin(Titled):
    """The pages that the portal has an address for; their text is the newest revision."""

    title = "Pages"
    change_form_template = "admin/accounts/page.html"
    form = PageForm
    list_display = ["title", "path", "newest"]
    ordering = ["path"]
    readonly_fields = ["community", "path"]
    fields = ("title", "lede", "text", "read", "path", "community")
    inlines = [Revisions]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="Newest text")
    def newest(self, page: Page) -> str:
        revision = page.revisions.order_by("-number").first()
        return (
            f"revision {revision.number}, {date_format(localtime(revision.created_at), 'j M Y')}"
            if revision
            else NOTHING
        )

    def save_model(self, request: HttpRequest, obj: Page, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "text" in form.changed_data:
            self._write(request, obj, form.cleaned_data["text"], "writes", newest=form.newest)

    def _write(self, request: HttpRequest, page: Page, text: str, verb: str, *, newest: int) -> None:
        by = request.user if isinstance(request.user, User) else None
        revision = revisions.revise(page, text, by=by, now=timezone.now())
        if revision.number > newest:
            audit.record(request, verb, after=audit.stored(revision), within=page)

    def get_urls(self) -> list[URLPattern]:
        return [
            path("<int:key>/preview/", self.button(self.preview), name="accounts_page_preview"),
            path("<int:key>/restore/", self.button(self.restore), name="accounts_page_restore"),
            *super().get_urls(),
        ]

    def _page(self, request: HttpRequest, key: int) -> Page:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request), pk=key)

    def preview(self, request: HttpRequest, key: int) -> HttpResponse:
        """The page as readers would see it with what is typed; nothing is saved."""
        page = self._page(request, key)
        page.title, page.lede = (request.POST.get(name, "") for name in ("title", "lede"))
        told = pages.layout(page, request.POST.get("text", "").replace("\r\n", "\n"))
        return TemplateResponse(request, "accounts/page.html", {**told, "canonical": "", "preview": True})

    def restore(self, request: HttpRequest, key: int) -> HttpResponse:
        """An earlier text once more, as the newest revision; none is lost."""
        page = self._page(request, key)
        number = request.POST.get("number", "")
        wanted = page.revisions.filter(number=int(number) if number.isdecimal() and len(number) < 9 else 0).first()
        if wanted is None:
            messages.error(request, "There is no such revision.")
        else:
            with transaction.atomic():
                newest = page.newest
                self._write(request, page, wanted.text, "puts back", newest=newest.number if newest else 0)
            messages.success(request, f"“{page}” says again what it said in revision {wanted.number}.")
        return HttpResponseRedirect(reverse("admin:accounts_page_change", args=[key]))
