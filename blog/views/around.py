"""A post -> what is asked for beside its page: its codes, cards and pictures, a look before it is out, and a piece."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import segno
from django import forms
from django.contrib import messages
from django.db.models import Exists, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.generic import View
from django.views.generic.edit import FormView

from accounts import seals
from blog import announcing, previews, publishing, reading
from blog.models import Kind, Picture, Post, PostStatus, Standing, Video, VideoStatus
from blog.publishing.pieces import CLOSED, GRACE, MOST_SIGNS, MOST_WORDS
from blog.publishing.pieces import may_end as may_end_piece
from blog.views import told
from chats.lifecycle import NotAllowed
from chats.views import community_of
from chats.views.calendar import drawn
from chats.views.kept import Members

LONGEST_NUMBER = 9  # digits
PIECE = "blog.piece"  # what a form seals: the post, whose it is, and when it was opened
FOR_EVER = "public, max-age=31536000, immutable"


def shown(request: HttpRequest, slug: str) -> Post:
    """A post that everybody may read."""
    posts = Post.objects.of(community_of(request)).published(timezone.now()).told().defer("text", "html")
    return get_object_or_404(posts, slug=slug)


def code(address: str) -> HttpResponse:
    """A QR code as a drawing."""
    drawn = segno.make(address, error="m").svg_inline(border=2, omitsize=True)
    image = drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return HttpResponse(image, content_type="image/svg+xml")


class Code(View):
    """The address of a post for a phone's camera."""

    def get(self, request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        return code(announcing.address(shown(request, slug), community_of(request)))


class BlogCode(View):
    """The address of the blog for a phone's camera."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return code(f"{community_of(request).site}{reverse('blog:posts')}")


class Card(View):
    """The picture of a post: drawn when somebody asks, and not again while it would be the same."""

    def get(self, request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        return drawn(request, announcing.drawing(shown(request, slug), community_of(request)))


class Hero(View):
    """The picture at the head of a post or a film, also before it is out; not of one that was taken down."""

    def get(self, request: HttpRequest, key: str, width: str) -> HttpResponse:
        community = community_of(request)
        posts = Post.objects.of(community).filter(hero=key).exclude(status=PostStatus.UNPUBLISHED)
        videos = Video.objects.of(community).filter(hero=key).exclude(status=VideoStatus.UNPUBLISHED)
        seen = Q(Exists(posts)) | Q(Exists(videos))
        image = Picture.objects.filter(seen, key=key).values_list(width, flat=True).first()
        if image is None:
            raise Http404
        return HttpResponse(bytes(image), content_type="image/webp", headers={"Cache-Control": FOR_EVER})


class Preview(View):
    """A post before it is out, for whoever was given the address."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        community = community_of(request)
        key = previews.read(token)
        post = reading.page(community, key=key) if key else None
        if post is None or post.status == PostStatus.UNPUBLISHED:
            return render(request, "blog/preview_over.html", status=HTTPStatus.GONE)
        if post.is_out(timezone.now()):
            return redirect(post)
        response = render(request, "blog/post.html", {**told(post, community), "canonical": "", "is_preview": True})
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex"
        return response


class PieceForm(forms.Form):
    text = forms.CharField(
        label="Your piece",
        widget=forms.Textarea(attrs={"rows": 9}),
        max_length=MOST_SIGNS,
        help_text=f"At most {MOST_WORDS} words. *Italics*, **bold**, lists and links, as in an email.",
    )


class AddPiece(Members, FormView):
    """Somebody who has signed in adds a short piece to a post of many, and takes theirs back, whenever they like.

    Whoever is still writing when its time is over has a while to end, and loses no word after that either.  What is
    one's own is there also when the post is not.
    """

    template_name = "blog/add_piece.html"
    form_class = PieceForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        now = timezone.now()
        known = Post.objects.of(community_of(request)).filter(published_on__isnull=False).told().defer("text", "html")
        self.post_shown = get_object_or_404(known, slug=kwargs["slug"])
        self.own = self.post_shown.contributions.filter(user=request.user.pk).told()
        self.is_out, self.is_open = self.post_shown.is_out(now), self.post_shown.takes_pieces(now)
        is_of_many = self.post_shown.kind == Kind.COLLABORATIVE
        is_writing = is_of_many and self.is_out and (request.POST.get("text") or self.words_back())
        is_known = self.is_out or self.post_shown.status == PostStatus.UNPUBLISHED
        may_be_own = is_of_many and is_known and not request.user.is_authenticated  # a letter led them here
        if not (self.is_open or is_writing or may_be_own or self.own.exists()):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"text": self.words_back()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        begun = self.request.POST.get("begun") or self.words_back(name="begun")
        if self.is_open:
            facts = [self.post_shown.pk, self.request.user.pk, timezone.now().timestamp()]
            begun = seals.sealed(PIECE, facts)
        may_end = may_end_piece(self.post_shown, timezone.now(), self._begun_at(begun))
        told = {"post": self.post_shown, "own": self.own, "is_out": self.is_out, "is_open": may_end}
        told |= {"begun": begun, "closed": CLOSED}
        return super().get_context_data(**told, **kwargs)

    def _begun_at(self, token: str) -> datetime | None:
        """When they opened the form, as far as it was theirs and of this post."""
        try:
            post, user, at = seals.opened(PIECE, token, lasts=GRACE)
        except seals.Broken:
            return None
        is_theirs = (post, user) == (self.post_shown.pk, self.request.user.pk)
        return datetime.fromtimestamp(at, UTC) if is_theirs else None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Another piece, or one of theirs taken back."""
        asked = request.POST.get("take_back", "")
        if not asked:
            return super().post(request, *args, **kwargs)
        for piece in self.own.filter(pk=asked) if asked.isdecimal() and len(asked) < LONGEST_NUMBER else ():
            publishing.withdraw(piece, now=timezone.now())
        messages.success(request, "Your words are gone.")
        return redirect(request.path if self.is_open or self.own.exists() else "me")

    def form_valid(self, form: PieceForm) -> HttpResponse:
        user: Any = self.request.user
        text, begun_at = form.cleaned_data["text"], self._begun_at(self.request.POST.get("begun", ""))
        try:
            piece = publishing.contribute(self.post_shown, user, text, now=timezone.now(), begun_at=begun_at)
        except NotAllowed as error:
            form.add_error("text", str(error))
            return self.form_invalid(form)
        self.done_with()
        if piece.standing == Standing.SHOWN:
            return redirect(f"{self.post_shown.get_absolute_url()}#piece-{piece.pk}")
        messages.success(self.request, "Thank you. It waits until somebody of the team has read it.")
        return redirect(self.request.path)

    def form_invalid(self, form: PieceForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=HTTPStatus.UNPROCESSABLE_ENTITY)
