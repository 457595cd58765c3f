"""A member and their story -> the pages on which it is written, seen first, sent, talked about and taken back."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts import prose
from accounts.models import User
from blog import stories
from blog.models import PostStatus, Story
from blog.stories import CONSENT, LONGEST, LONGEST_TITLE
from chats.lifecycle import NotAllowed
from chats.views import community_of
from chats.views.kept import Members

LONGEST_NUMBER = 9  # digits


class ForMember(Members):
    http_method_names = ["get", "post"]
    template_name = "blog/story.html"

    @property
    def member(self) -> User:
        user = self.request.user
        if not isinstance(user, User):
            raise Http404
        return user

    def page(self, status: int = HTTPStatus.OK, **told: Any) -> HttpResponse:
        consent = CONSENT.format(community=community_of(self.request).name)
        facts = {"longest": LONGEST, "longest_title": LONGEST_TITLE, "consent": consent, **told}
        return TemplateResponse(self.request, self.template_name, facts, status=status)


class OwnStories(ForMember):
    """Where a member's stories are."""

    http_method_names = ["get"]
    template_name = "blog/own_stories.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(own_stories=stories.of(self.member, community_of(request)))


class NewStory(ForMember):
    """What it is, for whoever is signed out; else an empty page, a draft once a button is pressed."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated or request.method == "POST":
            return super().dispatch(request, *args, **kwargs)
        community_of(request)  # or nobody is at home there
        told = {"canonical": request.path, "back": request.get_full_path()}
        return TemplateResponse(request, "blog/story_tell.html", told)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(title=self.words_back(name="title"), text=self.words_back(), can_edit=True)

    def post(self, request: HttpRequest) -> HttpResponse:
        title, text = request.POST.get("title", ""), request.POST.get("text", "")
        try:
            made = stories.begin(community_of(request), self.member, title, text, now=timezone.now())
        except NotAllowed as refusal:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return self.page(status=status, title=title, text=text, can_edit=True, refusal=refusal)
        self.done_with()
        return _pressed(request, made)


def _pressed(request: HttpRequest, story: Story) -> HttpResponse:
    """On from what is saved: to see it first, to send it, or to go on writing."""
    if "send" in request.POST:
        try:
            stories.send(story, consents="agree" in request.POST, now=timezone.now())
        except NotAllowed as refusal:
            messages.error(request, f"Saved, and not sent. {refusal}")
        else:
            messages.success(request, "Thank you. The team has it now.")
    elif "preview" not in request.POST:
        messages.success(request, "Saved.")
    return redirect(f"{story.get_absolute_url()}{'?preview=1#preview' if 'preview' in request.POST else ''}")


class OneStory(ForMember):
    """A story of one's own: where it is, its words while they can be changed, and what was said about it."""

    def story(self, key: int) -> Story:
        found = Story.objects.select_related("community", "post__community", "author", "agreed")
        return get_object_or_404(found, pk=key, author=self.member.pk, community=community_of(self.request))

    def get(self, request: HttpRequest, key: int) -> HttpResponse:
        story = self.story(key)
        title = story.heading if story.post else story.title
        told: dict[str, Any] = {"title": self.words_back(title, "title"), "text": self.words_back(story.words)}
        if message := self.words_back(name="message"):
            told["message"] = message
        if read := self.words_back(name="read"):  # or what the team has changed meanwhile would be overwritten unseen
            told["read"] = read
        return self._told(story, **told)

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        """A message, a yes to what the team changed, or other words: whichever button it is, these are saved first."""
        story, now = self.story(key), timezone.now()
        title, text, message, read = (request.POST.get(name, "") for name in ("title", "text", "message", "read"))
        seen = int(read) if read.isdecimal() and len(read) < LONGEST_NUMBER else 0
        try:
            if "agree_again" in request.POST:
                self.done_with()
                stories.agree(story, read=seen, now=now)
                messages.success(request, "Thank you. It can come out now, in these words.")
                return redirect(story)
            if "say" in request.POST:
                stories.say(story, self.member, message, is_from_team=False, now=now)
                self.done_with()
                return redirect(f"{story.get_absolute_url()}#messages")
            stories.write(story, title, text, read=seen, now=now)
        except NotAllowed as refusal:
            if {"say", "agree_again"} & {*request.POST}:
                title, text = story.heading, story.words
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return self._told(story, status=status, title=title, text=text, message=message, refusal=refusal)
        self.done_with()
        return _pressed(request, story)

    def _told(self, story: Story, status: int = HTTPStatus.OK, **told: Any) -> HttpResponse:
        post, now = story.post, timezone.now()
        is_asked = stories.is_asked(story)
        facts = {
            "story": story,
            "post": post,
            "is_out": post and post.is_out(now),
            "is_down": post and post.status == PostStatus.UNPUBLISHED,
            "is_scheduled": post and post.status == PostStatus.SCHEDULED,
            "can_edit": stories.can_edit(story),
            "is_asked": is_asked,
            "read": stories.newest(story),
            "agreed_before": prose.html(story.agreed.text) if is_asked and story.agreed else "",
            "said": story.messages.select_related("by"),
            "preview": prose.html(story.words) if is_asked or "preview" in self.request.GET else "",
        }
        return self.page(status, **facts | told)


class WithdrawStory(OneStory):
    """A GET asks, a POST does."""

    gives_back = False

    template_name = "blog/story_withdraw.html"

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        stories.withdraw(self.story(key), now=timezone.now())
        messages.success(request, "Your story is yours again: we have erased it.")
        return redirect("me")
