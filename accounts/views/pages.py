"""Pages of prose -> HTML, each with what belongs beside it."""

from typing import Any

from django.http import Http404
from django.views.generic import DetailView

from accounts import prose
from accounts.models import Community, Page

SHOWN_OF_TEAM = 6
FEWEST_LISTED = 6  # headings that need a list of them
# A page whose headings are numbered one by one; all others are read as prose.
RULES = "/house-rules/"
GUIDES = "/take-part/"


def layout(page: Page, text: str) -> dict[str, Any]:
    """What the template of a page of prose needs, with ``text`` (Markdown) on it."""
    parts = prose.parts(text)
    headed = [part for part in parts if part.anchor]
    return {
        "page": page,
        "parts": parts,
        "listed": headed if len(headed) >= FEWEST_LISTED else [],
        "is_rules": page.path == RULES,
        "nav": "chats" if page.path.startswith(GUIDES) else "about",
        "side": f"accounts/side/{page.path.strip('/').replace('/', '_')}.html",
        "canonical": page.path,
    }


class PageDetail(DetailView):
    """A prose page, found by its address; "/about/" shows some of the team as well."""

    model = Page
    template_name = "accounts/page.html"

    def get_object(self, queryset: Any = None) -> Page:
        community = Community.objects.for_request(self.request)
        page = Page.objects.filter(community=community, path=self.request.path).first()
        if page is None:
            raise Http404
        return page

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page, newest = self.object, self.object.newest
        team = page.community.team.serving()[:SHOWN_OF_TEAM] if page.path == "/about/" else []
        told = layout(page, newest.text if newest else "")
        return super().get_context_data(team=team, changed_at=newest.created_at if newest else None, **told, **kwargs)
