"""Words that somebody sends while they are signed out -> the same words, back in their form once they are in."""

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.views.generic import View

LONGEST = 60_000  # as it is written in an address, of what is kept for somebody who is not signed in
KEPT_SECONDS = 3600


class Members(View):
    """A page of whoever is signed in.  All others are led through sign-in and back, and lose no word on the way.

    ``gives_back``: so that ``wecops.views.csrf_failed`` does so where a form came without the right token; a page on
    which nobody types says no.
    """

    gives_back = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if self.gives_back and request.method == "POST" and keep(request):
                messages.info(
                    request, "You were signed out meanwhile. What you typed is kept: sign in, and it is there."
                )
            return redirect_to_login(request.get_full_path())
        return super().dispatch(request, *args, **kwargs)

    def given_back(self) -> QueryDict | None:
        """What was typed here before the way led through sign-in, and is not saved yet."""
        kept = self.request.session.get("typed") or {}
        return QueryDict(kept["said"]) if kept.get("path") == self.request.path else None

    def words_back(self, otherwise: str = "", name: str = "text") -> str:
        """The words of that in this field, else those that stand there."""
        back = self.given_back()
        return back.get(name, otherwise) if back else otherwise

    def done_with(self) -> None:
        """It is saved now."""
        self.request.session.pop("typed", None)


def typed(request: HttpRequest) -> QueryDict:
    """What came with a form, without its token."""
    said = QueryDict(mutable=True)
    for name, every in request.POST.lists():
        if name != "csrfmiddlewaretoken":
            said.setlist(name, every)
    return said


def keep(request: HttpRequest) -> bool:
    """For an hour, in a session of somebody who is about to sign in; False for too much, or too often."""
    said = typed(request).urlencode()
    if len(said) > LONGEST or not ratelimit.consume(request, action="keep_typed"):
        return False
    request.session["typed"] = {"path": request.path, "said": said}
    request.session.set_expiry(KEPT_SECONDS)
    return True
