"""A request -> what every page needs to know."""

from django.http import HttpRequest

from accounts.models import Community


def community(request: HttpRequest) -> dict[str, Community | None]:
    """The community whose page this is; None where the host name belongs to none."""
    return {"community": Community.objects.for_request(request)}
