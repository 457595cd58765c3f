"""A page that is the same for everybody -> kept for the next who asks, and sent as stored pages are."""

import gzip
import hashlib
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from chats import shelf
from chats.shelf import Answer
from chats.views import community_of, sent

LEVEL = 5  # of gzip: a page is packed once for many


def kept(view: Callable[..., Any]) -> Callable[..., Any]:
    """Remember what ``view`` answers to a plain question; ``wecops.middleware.Shelf`` answers it from then on."""

    @wraps(view)
    def remembered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD") or request.GET:
            return view(request, *args, **kwargs)
        generation = shelf.generation(request.path)
        response = view(request, *args, **kwargs)
        if response.status_code != HTTPStatus.OK:
            return response
        if hasattr(response, "render"):
            response.render()
        if community_of(request).notice:  # type: ignore[attr-defined]  # it is in the page, and would outlast the crisis
            return response
        body = response.content
        etag = hashlib.blake2b(body, digest_size=12).hexdigest()
        packed = gzip.compress(body, LEVEL, mtime=0)
        answer = Answer(packed, response["Content-Type"], etag, request.path)
        shelf.remember(request.get_host(), request.path, answer, "", generation)
        return sent(request, answer, "")

    return remembered
