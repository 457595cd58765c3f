"""A community -> how a browser may search it by itself, from the bar where one types addresses (OpenSearch 1.1)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounts.models import Community
from wecops import theme

SHORTEST = 16  # letters, which the name of a search may have at most


@csrf_exempt
@require_safe
def opensearch(request: HttpRequest) -> HttpResponse:
    """Whose search it is, how it is asked, and its icon."""
    community = Community.objects.for_request(request)
    if community is None:
        raise Http404
    own = theme.icon(community) if community.theme else static("icons/icon.svg")
    context = {"community": community, "name": community.name[:SHORTEST], "icon": f"{community.site}{own}"}
    return render(request, "opensearch.xml", context, content_type="application/opensearchdescription+xml")
