"""Following by email: a form, a letter that asks, and the pages that its links lead to.  None of them needs a cookie.

Who has a link has the word in it, and a form without one must come from a page of ours (``Origin``).  Only the press
that stops it all comes from anywhere: mail programs do it for their reader (RFC 8058).
"""

from typing import Any

from allauth.core import ratelimit
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from accounts import origin
from accounts.outbox import Refused
from accounts.outbox.headers import sender
from accounts.outbox.letters import written
from blog import followers
from blog.followers import NotConfirmed, letters, newsletters
from blog.forms import PAUSE, POSTS, WRITE_UPS, Follow, NewAddress, Settings
from blog.models import Follower, Newsletter, Pace
from chats.rendering import times
from chats.views import community_of

LATEST = 3
GONE = 410


@method_decorator(csrf_exempt, name="dispatch")
class _Open(View):
    """A page without cookies; what it takes in comes from a form of ours."""

    http_method_names = ["get", "post", "head"]
    comes_from_anywhere = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.community = community_of(request)
        if request.method == "POST" and not self.comes_from_anywhere and not origin.is_own(request):
            raise PermissionDenied
        response = self.at_the_door(**kwargs) or super().dispatch(request, *args, **kwargs)
        if kwargs:  # whoever has the address has the right: it is kept by nobody, told to nobody, and found by nobody
            add_never_cache_headers(response)
            response.headers["Referrer-Policy"] = "same-origin"
            response.headers["X-Robots-Tag"] = "noindex"
        return response

    def at_the_door(self, **named: Any) -> HttpResponse | None:
        """What keeps somebody out, if anything does."""
        return None

    def page(self, template: str, status: int = 200, **told: Any) -> HttpResponse:
        return TemplateResponse(self.request, f"blog/{template}.html", told, status=status)

    def problem(self, problem: NotConfirmed) -> HttpResponse:
        return self.page("follow_problem", GONE, problem=str(problem))


class FollowBlog(_Open):
    """The form; what it answers does not tell whether the address follows already."""

    def get(self, request: HttpRequest) -> HttpResponse:
        slug = request.GET.get("topic", "").replace("\0", "")
        asked = self.community.topics.filter(slug=slug).values_list("pk", flat=True)
        return self.form(Follow(community=self.community, initial={"topics": list(asked)}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = Follow(request.POST, community=self.community)
        if not form.is_valid():
            return self.form(form)
        if not ratelimit.consume(request, action="follow"):
            return ratelimit.respond_429(request)
        address = form.cleaned_data["email"]
        # Whoever types another's address again and again gets the same answer, and the other no more letters.
        if ratelimit.consume(request, action="follow_address", key=address.lower()):
            try:
                followers.ask(self.community, address, form.choice)
            except Refused:
                form.add_error("email", "Nothing can be sent to that address. Type it once more.")
                return self.form(form)
        return self.page("follow_check", form=form, masked=masked(address), sender=sender())

    def form(self, form: Follow) -> HttpResponse:
        today = timezone.localdate()
        latest = Newsletter.objects.of(self.community).filter(readers__gt=0).select_related("post")[:LATEST]
        counts = followers.counts(self.community, today)
        return self.page("follow", form=form, counts=counts, latest=latest, canonical="/blog/follow/")


def masked(address: str) -> str:
    """Enough of it to see a slip: "p…w@mail.example"."""
    box, _, domain = address.rpartition("@")
    return f"{box[0]}…{box[-1]}@{domain}"


class Confirm(_Open):
    """A GET asks, since programs open the links of a letter as well; a POST does it."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            asked = followers.read(self.community, token)
        except NotConfirmed as problem:
            return self.problem(problem)
        return self.page("follow_confirm", asked=asked)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            follower = followers.confirm(self.community, token, timezone.now())
        except NotConfirmed as problem:
            return self.problem(problem)
        return self.following(follower)

    def following(self, follower: Follower) -> HttpResponse:
        follower.refresh_from_db()
        zone = self.community.time_zone
        first = times.day(newsletters.next_friday(timezone.now(), zone), zone) if follower.pace == Pace.WEEKLY else ""
        said, word = followers.set_out(follower).said, followers.word(follower)
        return self.page("follow_confirmed", said=said, word=word, first=first)


class Again(Confirm):
    """Whoever has just left presses a button on that page, and is back."""

    def get(self, request: HttpRequest, token: str = "") -> HttpResponse:
        return redirect("blog:follow")

    def post(self, request: HttpRequest, token: str = "") -> HttpResponse:
        try:
            return self.following(followers.again(self.community, request.POST.get("token", ""), timezone.now()))
        except NotConfirmed as problem:
            return self.problem(problem)


class _Mine(_Open):
    """A page of one follower, by the word in its address."""

    def at_the_door(self, **named: Any) -> HttpResponse | None:
        try:
            self.follower = followers.found(self.community, named["word"])
        except NotConfirmed as problem:
            return self.problem(problem)
        return None


class Mine(_Mine):
    """What they get, and the three things to do about it."""

    def get(self, request: HttpRequest, word: str) -> HttpResponse:
        return self.shown(word)

    def post(self, request: HttpRequest, word: str) -> HttpResponse:
        if self.follower is None:
            return self.shown(word)
        if request.POST.get("do") == "move":
            return self.move(word, self.follower)
        form = Settings(request.POST, community=self.community)
        if not form.is_valid():
            return self.shown(word, form=form)
        paused_until = timezone.localdate() + followers.PAUSE if form.is_pause else None
        choice = form.choice._replace(pace=self.follower.pace) if form.is_pause else form.choice
        followers.change(self.follower, choice, paused_until=paused_until)
        self.follower.refresh_from_db()
        return self.shown(word, is_saved=True)

    def move(self, word: str, follower: Follower) -> HttpResponse:
        form = NewAddress(self.request.POST)
        if not form.is_valid():
            return self.shown(word, moving=form)
        if not ratelimit.consume(self.request, action="follow"):
            return ratelimit.respond_429(self.request)
        address = form.cleaned_data["email"]
        if ratelimit.consume(self.request, action="follow_address", key=address.lower()):
            try:
                followers.ask_to_move(follower, address)
            except Refused:
                form.add_error("email", "Nothing can be sent to that address. Type it once more.")
                return self.shown(word, moving=form)
        return self.shown(word, moved=masked(address))

    def shown(self, word: str, **told: Any) -> HttpResponse:
        follower = self.follower
        if follower is None:
            return self.page("follow_stopped", GONE)
        is_paused = follower.paused_until is not None and follower.paused_until > timezone.localdate()
        choice = followers.set_out(follower)
        ticked = [name for name, is_on in ((WRITE_UPS, choice.has_write_ups), (POSTS, choice.has_posts)) if is_on]
        initial = {"what": ticked, "topics": choice.topics, "pace": PAUSE if is_paused else choice.pace}
        page = {"form": Settings(community=self.community, initial=initial), "moving": NewAddress(), **told}
        return self.page("follow_mine", follower=follower, is_paused=is_paused, word=word, **page)


class Stop(_Mine):
    """A GET asks; one press, or one POST of a mail program, stops it all.  Safe to repeat."""

    comes_from_anywhere = True

    def get(self, request: HttpRequest, word: str) -> HttpResponse:
        return self.page("follow_stop", word=word) if self.follower else self.page("follow_stopped")

    def post(self, request: HttpRequest, word: str) -> HttpResponse:
        return self.page("follow_stopped", token=followers.leave(self.follower) if self.follower else "")


class Letter(_Open):
    """A newsletter as a page, made anew of what is out: what was taken back since is not in it."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, uid: Any) -> HttpResponse:
        rows = Newsletter.objects.of(self.community).filter(readers__gt=0).select_related("community", "post")
        newsletter = get_object_or_404(rows, uid=uid)
        now = timezone.now()
        shown = letters.posts(newsletter, now)
        if not shown:
            return self.page("follow_problem", GONE, problem="What this letter told of was taken back since.")
        told = letters.context(newsletter, shown, now, reader="")
        told = {**told, "community": self.community, "site": self.community.site}
        letter = written(letters.template(newsletter), told)
        return self.page("follow_letter", letter=letter, newsletter=newsletter)
