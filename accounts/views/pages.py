"""Pages of prose and people -> HTML."""

from typing import Any

from django.http import Http404
from django.views.generic import DetailView

from accounts import prose
from accounts.models import Community, Page


class PageDetail(DetailView):
    """A prose page, found by its address; "/about/" shows the team as well."""

    model = Page
    template_name = "accounts/page.html"

    def get_object(self, queryset: Any = None) -> Page:
        community = Community.objects.for_request(self.request)
        page = Page.objects.filter(community=community, path=self.request.path).first()
        if page is None:
            raise Http404
        return page

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = self.object
        team = page.community.team.serving() if page.path == "/about/" else []
        return super().get_context_data(html=prose.html(page.text), team=team, canonical=self.request.path, **kwargs)
