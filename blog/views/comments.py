"""A member and a post -> the pages on which comments are written, seen first, changed, taken back and reported.

The post's own page is the same for everybody, so whatever depends on who reads stands here, at addresses of its own.
"""

from http import HTTPStatus
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.models import User
from blog import comments, thread
from blog.comments import LONGEST, Refused
from blog.models import Comment, CommentState, HeldFor, Post, PostStatus, Worry
from blog.models.comment import CAN_EDIT
from chats.views import community_of
from chats.views.kept import Members


class BelowPost(Members):
    """A page below a post, for somebody who has signed in.  What is one's own is there also when the post is not."""

    template_name = ""
    is_own = False
    http_method_names = ["get", "post"]
    post_: Post

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            self.post_ = _post(request, kwargs["slug"], taken_down=self.is_own)
        return super().dispatch(request, *args, **kwargs)

    @property
    def member(self) -> User:
        user = self.request.user
        if not isinstance(user, User):
            raise Http404
        return user

    def page(self, status: int = HTTPStatus.OK, **told: Any) -> HttpResponse:
        path = f"{self.post_.get_absolute_url()}comments/"
        facts = {"post": self.post_, "path": path, "longest": LONGEST, **told}
        return TemplateResponse(self.request, self.template_name, facts, status=status)


def _post(request: HttpRequest, slug: str, *, taken_down: bool = False) -> Post:
    posts = Post.objects.of(community_of(request)).select_related("community").filter(published_on__isnull=False)
    return get_object_or_404(posts if taken_down else posts.published(timezone.now()), slug=slug)


class WriteComment(BelowPost):
    """A comment or, with ``?to=3``, a reply: typed, seen first, sent.  What is refused stays in the box."""

    template_name = "blog/comment_write.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page(text=self.words_back(), to=self._answered())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        text, to = request.POST.get("text", ""), self._answered()
        try:
            if "send" not in request.POST:
                return self.page(text=text, to=to, preview=comments.preview(text) if "preview" in request.POST else "")
            here = comments.place(get_adapter().get_client_ip(request))
            made = comments.add(self.post_, self.member, text, now=timezone.now(), to=to, sent_from=here)
        except Refused as refusal:
            return self.page(status=HTTPStatus.UNPROCESSABLE_ENTITY, text=text, to=to, refusal=refusal)
        self.done_with()
        return redirect(made.own_path)

    def page(self, status: int = HTTPStatus.OK, **told: Any) -> HttpResponse:
        closed = thread.closed(self.post_, timezone.now())
        return super().page(status, closed=closed, waits=not thread.is_known(self.member, self.post_.community), **told)

    def _answered(self) -> Comment | None:
        number = self.request.POST.get("to") or self.request.GET.get("to") or self.words_back(name="to")
        if not number.isdecimal() or len(number) > 6:
            return None
        return (
            self.post_.comments.select_related("author", "parent")
            .filter(number=number, state=CommentState.SHOWN)
            .first()
        )


class OneComment(BelowPost):
    """A page about one comment, which is its writer's where ``is_own``."""

    is_own = True
    comment: Comment

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            found = Comment.objects.select_related("post__community", "author", "parent")
            post = _post(request, kwargs["slug"], taken_down=self.is_own)
            self.comment = get_object_or_404(found, post=post, number=kwargs["number"])
            if self.is_own and self.comment.author_id != request.user.pk:
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    def page(self, status: int = HTTPStatus.OK, **told: Any) -> HttpResponse:
        now = timezone.now()
        left = self.comment.sent_at + CAN_EDIT - now
        facts = {
            "comment": self.comment,
            "zone": self.post_.community.time_zone,
            "can_edit": comments.can_edit(self.comment, now),
            "minutes": max(1, round(left.total_seconds() / 60)),
            "state": CommentState,
            "is_appealed": self.comment.held_for == HeldFor.APPEAL,
            "when": thread.when(self.comment.sent_at, self.post_.community.time_zone),
        }
        return super().page(status, **facts, **told)


class SaidComment(OneComment):
    """All that its writer may know and do; whoever else follows the address is led to its place."""

    template_name = "blog/comment.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        post = _post(request, kwargs["slug"], taken_down=True)
        own = request.user.is_authenticated and post.comments.filter(number=kwargs["number"], author=request.user.pk)
        is_signed_out = request.method == "POST" and not request.user.is_authenticated  # their words come back
        if not (is_signed_out or (own and own.exists())):
            if post.status != PostStatus.UNPUBLISHED and not post.is_out(timezone.now()):
                raise Http404  # whose time has not come is known to nobody
            return HttpResponseRedirect(f"{post.get_absolute_url()}#comment-{kwargs['number']}")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page(text=self.words_back(name="appeal"))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """See a removal differently."""
        text = request.POST.get("appeal", "")
        try:
            comments.appeal(self.comment, text, now=timezone.now())
        except Refused as refusal:
            return self.page(status=HTTPStatus.UNPROCESSABLE_ENTITY, text=text, refusal=refusal)
        self.done_with()
        return redirect(self.comment.own_path)


class EditComment(OneComment):
    template_name = "blog/comment_edit.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not comments.can_edit(self.comment, timezone.now()):
            return redirect(self.comment.own_path)
        return self.page(text=self.words_back(self.comment.text))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        text = request.POST.get("text", "")
        try:
            if "send" not in request.POST:
                return self.page(text=text, preview=comments.preview(text) if "preview" in request.POST else "")
            comments.edit(self.comment, text, now=timezone.now())
        except Refused as refusal:
            return self.page(status=HTTPStatus.UNPROCESSABLE_ENTITY, text=text, refusal=refusal)
        self.done_with()
        return redirect(self.comment.own_path)


class DeleteComment(OneComment):
    """A GET asks, a POST does."""

    template_name = "blog/comment_delete.html"
    gives_back = False

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page() if self.comment.text else redirect(self.comment.own_path)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        comments.withdraw(self.comment, now=timezone.now())
        messages.success(request, "Your words are gone.")
        return redirect("me")


class ReportComment(OneComment):
    template_name = "blog/comment_report.html"
    gives_back = False
    is_own = False

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        earlier = self.comment.reports.filter(by=request.user.pk).first()
        if earlier is None and self.comment.state != CommentState.SHOWN:
            raise Http404
        return self.page(worries=Worry.choices, earlier=earlier)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            comments.report(self.comment, self.member, request.POST.get("why", ""), now=timezone.now())
        except Refused as refusal:
            return self.page(status=HTTPStatus.UNPROCESSABLE_ENTITY, worries=Worry.choices, refusal=refusal)
        return redirect(request.path)
