"""Every address of the portal, asked by everybody: who gets what, under which headers, with nothing inline."""

import logging
import re
from datetime import date, timedelta
from http import HTTPStatus
from typing import NamedTuple

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client, override_settings
from django.urls import URLResolver, get_resolver

from accounts import leases
from accounts.models import AuditEntry, Crisis, Page, TeamMember
from accounts.roles import Role
from blog.models import Feed, Newsletter, OldAddress, Story
from chats import archive, ingest, proposals
from chats.models import Correction, Handover, IngestRun, Recheck, Series, Slot, Spending, Topic
from tests.accounts.posting import composed
from tests.factories.blog import CommentFactory, PostFactory, VideoFactory, WriterFactory
from tests.factories.chats import START, ChatFactory, EventFactory, QuestionFactory
from tests.factories.conversation import CONVERSATION
from tests.factories.people import neighbour, person
from wecops import middleware

pytestmark = pytest.mark.django_db

BUTTONS = ("/order/", "/press/", "/end/", "/preview/", "/restore/")
# Those of the other community ask at their own host, for rows of ours; "stranger" is its organiser, asking at ours.
PEOPLE = (
    "anonymous", "member", "host", "editor", "moderator", "organiser", "their_host", "their_organiser", "stranger",
    "superuser",
)  # fmt: skip
# What each gets, in that order; CHAT is the address of a chat.  What is 302 at the desk leads whoever has no role there
# to the door, and all others to the desk's start: no such row is there.
EXPECTED = r"""
200 200 200 200 200 200 200 200 200 200 /
200 200 200 200 200 200 200 200 200 200 /healthz
503 503 503 503 503 503 503 503 503 503 /readyz
200 200 200 200 200 200 200 200 200 200 /robots.txt
200 200 200 200 200 200 200 200 200 200 /.well-known/security.txt
302 302 302 302 302 302 302 302 302 302 /favicon.ico
200 200 200 200 200 200 200 200 200 200 /manifest.webmanifest
200 200 200 200 200 200 200 200 200 200 /theme-<int:hue>-<int:chroma>-<int:hue_accent>-<int:chroma_accent>.css
200 200 200 200 200 200 200 200 200 200 /icon-<int:hue>-<int:chroma>-<int:hue_accent>-<int:chroma_accent>.svg
200 200 200 200 200 200 200 200 200 200 /icon-<int:hue>-<int:chroma>-<int:hue_accent>-<int:chroma_accent>-<slug:use>.png
200 200 200 200 200 200 200 200 200 200 /communities/
200 200 200 200 200 200 200 200 200 200 /search/
200 200 200 200 200 200 200 200 200 200 /opensearch.xml
200 200 200 200 200 200 200 200 200 200 /status/
200 200 200 200 200 200 200 200 200 200 /impact/method/
302 302 200 200 200 200 200 200 302 200 /desk/
302 403 302 302 302 302 302 302 403 302 /desk/login/
302 302 302 302 302 302 302 302 302 302 /desk/logout/
302 302 302 302 302 302 302 302 302 302 /desk/password_change/
302 302 200 200 200 200 200 200 302 200 /desk/password_change/done/
302 302 403 200 403 200 403 200 302 200 /desk/autocomplete/
302 302 200 200 200 200 200 200 302 200 /desk/jsi18n/
302 302 403 403 403 403 403 403 302 200 /desk/accounts/community/
302 302 403 403 403 403 403 403 302 200 /desk/accounts/community/add/
302 302 403 403 403 403 403 403 302 200 /desk/accounts/community/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 403 /desk/accounts/community/<path:object_id>/delete/
302 302 403 403 403 403 403 403 302 200 /desk/accounts/community/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/accounts/community/<path:object_id>/
302 302 403 200 403 200 403 200 302 200 /desk/accounts/teammember/
302 302 403 200 403 200 403 200 302 200 /desk/accounts/teammember/add/
302 302 403 200 403 200 403 302 302 200 /desk/accounts/teammember/<path:object_id>/history/
302 302 403 200 403 200 403 302 302 200 /desk/accounts/teammember/<path:object_id>/delete/
302 302 403 200 403 200 403 302 302 200 /desk/accounts/teammember/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/accounts/teammember/<path:object_id>/
302 302 403 200 403 403 403 403 302 200 /desk/accounts/page/<int:key>/preview/
302 302 403 302 403 403 403 403 302 302 /desk/accounts/page/<int:key>/restore/
302 302 403 200 403 403 403 403 302 200 /desk/accounts/page/
302 302 403 403 403 403 403 403 302 403 /desk/accounts/page/add/
302 302 403 200 403 403 403 403 302 200 /desk/accounts/page/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 403 /desk/accounts/page/<path:object_id>/delete/
302 302 403 200 403 403 403 403 302 200 /desk/accounts/page/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/accounts/page/<path:object_id>/
302 302 403 403 403 302 403 302 302 302 /desk/accounts/crisis/press/
302 302 403 403 403 200 403 200 302 200 /desk/accounts/crisis/
302 302 403 403 403 403 403 403 302 403 /desk/accounts/crisis/add/
302 302 403 403 403 200 403 302 302 200 /desk/accounts/crisis/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 403 /desk/accounts/crisis/<path:object_id>/delete/
302 302 403 403 403 200 403 302 302 200 /desk/accounts/crisis/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/accounts/crisis/<path:object_id>/
302 302 403 403 403 200 403 200 302 200 /desk/accounts/auditentry/
302 302 403 403 403 403 403 403 302 403 /desk/accounts/auditentry/add/
302 302 403 403 403 200 403 302 302 200 /desk/accounts/auditentry/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 403 /desk/accounts/auditentry/<path:object_id>/delete/
302 302 403 403 403 200 403 302 302 200 /desk/accounts/auditentry/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/accounts/auditentry/<path:object_id>/
302 302 404 403 403 200 404 404 302 200 /desk/accounts/mail/<int:key>/letter/
302 302 403 403 403 302 403 302 302 302 /desk/accounts/mail/<int:key>/order/
302 302 403 403 403 200 403 200 302 200 /desk/accounts/mail/
302 302 403 403 403 403 403 403 302 403 /desk/accounts/mail/add/
302 302 403 403 403 200 403 302 302 200 /desk/accounts/mail/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 403 /desk/accounts/mail/<path:object_id>/delete/
302 302 403 403 403 200 403 302 302 200 /desk/accounts/mail/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/accounts/mail/<path:object_id>/
302 302 403 403 302 403 403 403 302 302 /desk/accounts/user/<int:key>/press/
302 302 403 403 200 200 403 200 302 200 /desk/accounts/user/
302 302 403 403 403 403 403 403 302 403 /desk/accounts/user/add/
302 302 403 403 200 200 403 200 302 200 /desk/accounts/user/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 403 /desk/accounts/user/<path:object_id>/delete/
302 302 403 403 200 200 403 200 302 200 /desk/accounts/user/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/accounts/user/<path:object_id>/
302 302 403 403 403 302 403 404 302 302 /desk/chats/capture/<int:key>/order/
302 302 200 200 200 200 200 200 302 200 /desk/chats/capture/
302 302 403 403 403 403 403 403 302 403 /desk/chats/capture/add/
302 302 200 200 200 200 302 302 302 200 /desk/chats/capture/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 403 /desk/chats/capture/<path:object_id>/delete/
302 302 200 200 200 200 302 302 302 200 /desk/chats/capture/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/chats/capture/<path:object_id>/
302 302 200 200 200 200 200 200 302 200 /desk/chats/ingestrun/
302 302 403 403 403 403 403 403 302 403 /desk/chats/ingestrun/add/
302 302 200 200 200 200 302 302 302 200 /desk/chats/ingestrun/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 403 /desk/chats/ingestrun/<path:object_id>/delete/
302 302 200 200 200 200 302 302 302 200 /desk/chats/ingestrun/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/chats/ingestrun/<path:object_id>/
302 302 200 200 200 200 404 404 302 200 /desk/chats/chat/<int:key>/captures/
302 302 403 403 403 200 404 404 302 200 /desk/chats/chat/<int:key>/decide/<slug:name>/
302 302 200 403 403 200 404 404 302 200 /desk/chats/proposal/<int:key>/decide/<slug:name>/
302 302 200 200 200 200 200 200 302 200 /desk/chats/proposal/
302 302 200 403 403 200 200 200 302 200 /desk/chats/proposal/add/
302 302 200 200 200 200 302 302 302 200 /desk/chats/proposal/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 403 /desk/chats/proposal/<path:object_id>/delete/
302 302 200 200 200 200 302 302 302 200 /desk/chats/proposal/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/chats/proposal/<path:object_id>/
302 302 403 403 403 302 403 404 302 302 /desk/chats/slot/<int:key>/order/
302 302 403 200 200 200 403 200 302 200 /desk/chats/slot/
302 302 403 403 403 200 403 200 302 200 /desk/chats/slot/add/
302 302 403 200 200 200 403 302 302 200 /desk/chats/slot/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 403 /desk/chats/slot/<path:object_id>/delete/
302 302 403 200 200 200 403 302 302 200 /desk/chats/slot/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/chats/slot/<path:object_id>/
302 302 403 200 200 200 403 200 302 200 /desk/chats/series/
302 302 403 403 403 200 403 200 302 200 /desk/chats/series/add/
302 302 403 200 200 200 403 302 302 200 /desk/chats/series/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 403 /desk/chats/series/<path:object_id>/delete/
302 302 403 200 200 200 403 302 302 200 /desk/chats/series/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/chats/series/<path:object_id>/
302 302 200 200 200 200 200 200 302 200 /desk/chats/chat/
302 302 403 403 403 200 403 200 302 200 /desk/chats/chat/add/
302 302 200 200 200 200 302 302 302 200 /desk/chats/chat/<path:object_id>/history/
302 302 403 403 403 200 403 302 302 200 /desk/chats/chat/<path:object_id>/delete/
302 302 200 200 200 200 302 302 302 200 /desk/chats/chat/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/chats/chat/<path:object_id>/
302 302 403 403 403 200 403 200 302 200 /desk/chats/spending/
302 302 403 403 403 403 403 403 302 403 /desk/chats/spending/add/
302 302 403 403 403 200 403 200 302 200 /desk/chats/spending/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 403 /desk/chats/spending/<path:object_id>/delete/
302 302 403 403 403 200 403 200 302 200 /desk/chats/spending/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/chats/spending/<path:object_id>/
302 302 403 403 403 200 403 200 302 200 /desk/chats/recheck/
302 302 403 403 403 403 403 403 302 403 /desk/chats/recheck/add/
302 302 403 403 403 200 403 200 302 200 /desk/chats/recheck/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 403 /desk/chats/recheck/<path:object_id>/delete/
302 302 403 403 403 200 403 200 302 200 /desk/chats/recheck/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/chats/recheck/<path:object_id>/
302 302 403 200 200 200 403 200 302 200 /desk/chats/correction/
302 302 403 403 403 403 403 403 302 403 /desk/chats/correction/add/
302 302 403 200 200 200 403 302 302 200 /desk/chats/correction/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 403 /desk/chats/correction/<path:object_id>/delete/
302 302 403 200 200 200 403 302 302 200 /desk/chats/correction/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/chats/correction/<path:object_id>/
302 302 403 200 403 200 403 200 302 200 /desk/chats/topic/
302 302 403 200 403 200 403 200 302 200 /desk/chats/topic/add/
302 302 403 200 403 200 403 302 302 200 /desk/chats/topic/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 200 /desk/chats/topic/<path:object_id>/delete/
302 302 403 200 403 200 403 302 302 200 /desk/chats/topic/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/chats/topic/<path:object_id>/
302 302 403 200 403 200 403 404 302 200 /desk/chats/event/<int:key>/look/
302 302 403 200 403 200 403 200 302 200 /desk/chats/event/
302 302 403 200 403 200 403 200 302 200 /desk/chats/event/add/
302 302 403 200 403 200 403 302 302 200 /desk/chats/event/<path:object_id>/history/
302 302 403 403 403 403 403 302 302 403 /desk/chats/event/<path:object_id>/delete/
302 302 403 200 403 200 403 302 302 200 /desk/chats/event/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/chats/event/<path:object_id>/
302 302 403 200 403 200 403 200 302 200 /desk/chats/handover/
302 302 403 200 403 200 403 200 302 200 /desk/chats/handover/add/
302 302 403 200 403 200 403 302 302 200 /desk/chats/handover/<path:object_id>/history/
302 302 403 200 403 200 403 302 302 200 /desk/chats/handover/<path:object_id>/delete/
302 302 403 200 403 200 403 302 302 200 /desk/chats/handover/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/chats/handover/<path:object_id>/
302 302 403 200 403 200 403 200 302 200 /desk/blog/feed/
302 302 403 200 403 200 403 200 302 200 /desk/blog/feed/add/
302 302 403 200 403 200 403 302 302 200 /desk/blog/feed/<path:object_id>/history/
302 302 403 200 403 200 403 302 302 200 /desk/blog/feed/<path:object_id>/delete/
302 302 403 200 403 200 403 302 302 200 /desk/blog/feed/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/blog/feed/<path:object_id>/
302 302 403 302 403 302 403 302 302 302 /desk/blog/newsletter/<int:key>/order/
302 302 403 200 403 200 403 200 302 200 /desk/blog/newsletter/
302 302 403 403 403 403 403 403 302 403 /desk/blog/newsletter/add/
302 302 403 200 403 200 403 302 302 200 /desk/blog/newsletter/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 403 /desk/blog/newsletter/<path:object_id>/delete/
302 302 403 200 403 200 403 302 302 200 /desk/blog/newsletter/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/blog/newsletter/<path:object_id>/
302 302 200 200 200 200 200 200 302 200 /desk/chats/tweet/
302 302 403 403 403 403 403 403 302 403 /desk/chats/tweet/add/
302 302 200 200 200 200 302 302 302 200 /desk/chats/tweet/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 403 /desk/chats/tweet/<path:object_id>/delete/
302 302 200 200 200 200 302 302 302 200 /desk/chats/tweet/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/chats/tweet/<path:object_id>/
302 302 403 302 302 302 403 404 302 302 /desk/blog/contribution/<int:key>/press/
302 302 403 200 200 200 403 200 302 200 /desk/blog/contribution/
302 302 403 403 403 403 403 403 302 403 /desk/blog/contribution/add/
302 302 403 200 200 200 403 302 302 200 /desk/blog/contribution/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 403 /desk/blog/contribution/<path:object_id>/delete/
302 302 403 200 200 200 403 302 302 200 /desk/blog/contribution/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/blog/contribution/<path:object_id>/
302 302 403 302 403 403 403 403 302 302 /desk/blog/post/look/
302 302 403 200 200 200 403 404 302 200 /desk/blog/post/<int:key>/revisions/
302 302 403 200 200 200 403 200 302 200 /desk/blog/post/
302 302 403 200 403 403 403 403 302 200 /desk/blog/post/add/
302 302 403 200 200 200 403 302 302 200 /desk/blog/post/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 403 /desk/blog/post/<path:object_id>/delete/
302 302 403 200 200 200 403 302 302 200 /desk/blog/post/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/blog/post/<path:object_id>/
302 302 403 200 403 200 403 200 302 200 /desk/blog/writer/
302 302 403 200 403 403 403 403 302 200 /desk/blog/writer/add/
302 302 403 200 403 200 403 302 302 200 /desk/blog/writer/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 200 /desk/blog/writer/<path:object_id>/delete/
302 302 403 200 403 200 403 302 302 200 /desk/blog/writer/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/blog/writer/<path:object_id>/
302 302 403 200 403 403 403 403 302 200 /desk/blog/oldaddress/
302 302 403 200 403 403 403 403 302 200 /desk/blog/oldaddress/add/
302 302 403 200 403 403 403 403 302 200 /desk/blog/oldaddress/<path:object_id>/history/
302 302 403 200 403 403 403 403 302 200 /desk/blog/oldaddress/<path:object_id>/delete/
302 302 403 200 403 403 403 403 302 200 /desk/blog/oldaddress/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/blog/oldaddress/<path:object_id>/
302 302 403 302 403 403 403 403 302 302 /desk/blog/story/<int:key>/press/
302 302 403 200 403 200 403 200 302 200 /desk/blog/story/
302 302 403 403 403 403 403 403 302 403 /desk/blog/story/add/
302 302 403 200 403 200 403 302 302 200 /desk/blog/story/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 403 /desk/blog/story/<path:object_id>/delete/
302 302 403 200 403 200 403 302 302 200 /desk/blog/story/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/blog/story/<path:object_id>/
302 302 403 200 403 200 403 404 302 200 /desk/blog/video/<int:key>/look/
302 302 403 200 403 200 403 200 302 200 /desk/blog/video/
302 302 403 200 403 403 403 403 302 200 /desk/blog/video/add/
302 302 403 200 403 200 403 302 302 200 /desk/blog/video/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 403 /desk/blog/video/<path:object_id>/delete/
302 302 403 200 403 200 403 302 302 200 /desk/blog/video/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/blog/video/<path:object_id>/
302 302 403 403 302 302 403 404 302 302 /desk/blog/comment/<int:key>/press/
302 302 403 200 200 200 403 200 302 200 /desk/blog/comment/
302 302 403 403 403 403 403 403 302 403 /desk/blog/comment/add/
302 302 403 200 200 200 403 302 302 200 /desk/blog/comment/<path:object_id>/history/
302 302 403 403 403 403 403 403 302 403 /desk/blog/comment/<path:object_id>/delete/
302 302 403 200 200 200 403 302 302 200 /desk/blog/comment/<path:object_id>/change/
302 302 302 302 302 302 302 302 302 302 /desk/blog/comment/<path:object_id>/
302 302 200 200 200 200 200 200 302 200 /desk/^(?P<app_label>accounts|chats|blog)/$
302 302 404 404 404 404 404 404 302 404 /desk/(?P<url>.*)$
200 302 302 302 302 302 302 302 302 302 /accounts/login/
200 302 302 302 302 302 302 302 302 302 /accounts/login/team/
302 200 200 200 200 200 200 200 200 200 /accounts/logout/
200 200 200 200 200 200 200 200 200 200 /accounts/inactive/
302 200 200 200 200 200 200 200 200 200 /accounts/reauthenticate/
302 302 302 302 302 302 302 302 302 302 /accounts/password/set/
302 200 200 200 200 200 200 200 200 200 /accounts/password/change/
200 200 200 200 200 200 200 200 200 200 /accounts/password/reset/
200 200 200 200 200 200 200 200 200 200 /accounts/password/reset/done/
200 200 200 200 200 200 200 200 200 200 /accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$
200 200 200 200 200 200 200 200 200 200 /accounts/password/reset/key/done/
200 200 200 200 200 200 200 200 200 200 /accounts/3rdparty/login/cancelled/
401 401 401 401 401 401 401 401 401 401 /accounts/3rdparty/login/error/
302 200 200 200 200 200 200 200 200 200 /accounts/2fa/
302 302 302 302 302 302 302 302 302 302 /accounts/2fa/authenticate/
302 302 302 302 302 302 302 302 302 302 /accounts/2fa/reauthenticate/
302 302 302 302 302 302 302 302 302 302 /accounts/2fa/totp/activate/
302 404 404 404 404 404 404 404 404 404 /accounts/2fa/totp/deactivate/
302 404 404 404 404 404 404 404 404 404 /accounts/2fa/recovery-codes/
302 302 302 302 302 302 302 302 302 302 /accounts/2fa/recovery-codes/generate/
302 404 404 404 404 404 404 404 404 404 /accounts/2fa/recovery-codes/download/
302 302 302 302 302 302 302 302 302 302 /accounts/sessions/end/
302 302 302 302 302 302 302 302 302 302 /accounts/sessions/<int:key>/end/
200 200 200 200 200 200 200 200 200 200 /accounts/twitter_oauth2/login/
401 401 401 401 401 401 401 401 401 401 /accounts/twitter_oauth2/login/callback/
302 200 200 200 200 200 200 200 200 200 /me/
200 200 200 200 200 200 200 200 200 200 /sitemap.xml
404 404 404 404 404 404 404 404 404 404 /sitemap-<section>.xml
302 404 200 200 200 200 404 404 404 200 /host/<slug:slug>/pack/
302 404 200 200 200 200 404 404 404 200 /host/<slug:slug>/pack/print/
302 404 200 200 200 200 404 404 404 200 /host/<slug:slug>/pack/texts.txt
200 200 200 200 200 200 200 200 200 200 /chats/
302 302 302 302 302 302 302 302 302 302 /chats/next/
200 200 200 200 200 200 200 200 200 200 /chats/calendar.ics
200 200 200 200 200 200 200 200 200 200 /chats/feed/
200 200 200 200 200 200 200 200 200 200 /chats/feed/rss/
200 200 200 200 200 200 200 200 200 200 /chats/<yyyy:year>/<mm:month>/
200 200 200 200 200 200 404 404 200 200 /CHAT/calendar.ics
200 200 200 200 200 200 404 404 200 200 /CHAT/card.png
200 200 200 200 200 200 200 200 200 200 /topics/
200 200 200 200 200 200 404 404 200 200 /topics/<slug:slug>/
200 200 200 200 200 200 404 404 200 200 /topics/<slug:slug>/feed/
200 200 200 200 200 200 404 404 200 200 /topics/<slug:slug>/calendar.ics
200 200 200 200 200 200 200 200 200 200 /events/
200 200 200 200 200 200 404 404 200 200 /events/<slug:slug>/
200 200 200 200 200 200 404 404 200 200 /events/<slug:slug>.ics
200 200 200 200 200 200 404 404 200 200 /events/<slug:slug>/card.png
200 200 200 200 200 200 200 200 200 200 /chats/archive/
200 200 200 200 200 200 404 404 200 200 /chats/archive/<yyyy:year>/
200 200 200 200 200 200 404 404 200 200 /chats/archive/<yyyy:year>/<mm:month>/
200 200 200 200 200 200 404 404 200 200 /CHAT/
200 200 200 200 200 200 404 404 200 200 /CHAT/transcript/
200 200 200 200 200 200 404 404 200 200 /CHAT/transcript/time/
404 404 404 404 404 404 404 404 404 404 /CHAT/transcript/time/<int:page>/
200 200 200 200 200 200 404 404 200 200 /CHAT/transcript/people/
404 404 404 404 404 404 404 404 404 404 /CHAT/transcript/people/<int:page>/
200 200 200 200 200 200 404 404 200 200 /CHAT/transcript/q<int:number>/
200 200 200 200 200 200 404 404 200 200 /CHAT/stats/
200 200 200 200 200 200 404 404 200 200 /CHAT/resources/
200 200 200 200 200 200 404 404 200 200 /CHAT/people/<slug:network>/<path:way>/
200 200 200 200 200 200 404 404 200 200 /CHAT/transcript.json
200 200 200 200 200 200 404 404 200 200 /CHAT/transcript.csv
200 200 200 200 200 200 404 404 200 200 /CHAT/transcript.txt
200 200 200 200 200 200 404 404 200 200 /CHAT/transcript.html
200 200 200 200 200 200 404 404 200 200 /CHAT/cite.ris
200 200 200 200 200 200 404 404 200 200 /CHAT/cite.bib
200 200 200 200 200 200 200 200 200 200 /blog/
200 200 200 200 200 200 200 200 200 200 /blog/qr.svg
200 200 200 200 200 200 200 200 200 200 /blog/feed/
200 200 200 200 200 200 200 200 200 200 /blog/feed/rss/
200 200 200 200 200 200 404 404 200 200 /blog/tags/<str:tag>/
200 200 200 200 200 200 404 404 200 200 /blog/tags/<str:tag>/feed/
200 200 200 200 200 200 404 404 200 200 /blog/tags/<str:tag>/feed/rss/
200 200 200 200 200 200 404 404 200 200 /blog/by/<slug:slug>/
404 404 404 404 404 404 404 404 404 404 /blog/^pictures/(?P<key>[0-9a-f]{20,40})-(?P<width>wide|small)\.webp$
410 410 410 410 410 410 410 410 410 410 /blog/preview/<str:token>/
200 200 200 200 200 200 404 404 200 200 /blog/<yyyy:year>/
200 200 200 200 200 200 404 404 200 200 /blog/<yyyy:year>/<mm:month>/
200 200 200 200 200 200 404 404 200 200 /blog/<yyyy:year>/<mm:month>/<slug:slug>/
404 200 404 404 404 404 404 404 404 404 /blog/<yyyy:year>/<mm:month>/<slug:slug>/pieces/
200 200 200 200 200 200 404 404 200 200 /blog/<yyyy:year>/<mm:month>/<slug:slug>/qr.svg
200 200 200 200 200 200 404 404 200 200 /blog/<yyyy:year>/<mm:month>/<slug:slug>/card.png
302 200 200 200 200 200 404 404 200 200 /blog/<yyyy:year>/<mm:month>/<slug:slug>/comments/write/
200 200 200 200 200 200 404 404 200 200 /blog/<yyyy:year>/<mm:month>/<slug:slug>/comments/feed/
302 200 302 302 302 302 404 404 302 302 /blog/<yyyy:year>/<mm:month>/<slug:slug>/comments/<int:number>/
302 302 404 404 404 404 404 404 404 404 /blog/<yyyy:year>/<mm:month>/<slug:slug>/comments/<int:number>/edit/
302 200 404 404 404 404 404 404 404 404 /blog/<yyyy:year>/<mm:month>/<slug:slug>/comments/<int:number>/delete/
302 200 200 200 200 200 404 404 200 200 /blog/<yyyy:year>/<mm:month>/<slug:slug>/comments/<int:number>/report/
302 200 200 200 200 200 200 200 200 200 /stories/
200 200 200 200 200 200 200 200 200 200 /stories/new/
302 200 404 404 404 404 404 404 404 404 /stories/<int:key>/
302 200 404 404 404 404 404 404 404 404 /stories/<int:key>/withdraw/
200 200 200 200 200 200 200 200 200 200 /videos/
200 200 200 200 200 200 404 404 200 200 /videos/<slug:slug>/
200 200 200 200 200 200 404 404 200 200 /videos/<slug:slug>/captions.vtt
200 200 200 200 200 200 404 404 200 200 /videos/<slug:slug>/card.png
200 200 200 200 200 200 200 200 200 200 /blog/follow/
410 410 410 410 410 410 410 410 410 410 /blog/follow/yes/<str:token>/
410 410 410 410 410 410 410 410 410 410 /blog/follow/mine/<str:word>/
410 410 410 410 410 410 410 410 410 410 /blog/follow/stop/<str:word>/
302 302 302 302 302 302 302 302 302 302 /blog/follow/again/
404 404 404 404 404 404 404 404 404 404 /blog/follow/letters/<uuid:uid>/
200 200 200 200 200 200 404 404 200 200 /about/
200 200 200 200 200 200 200 200 200 200 /about/team/
200 200 200 200 200 200 404 404 200 200 /house-rules/
200 200 200 200 200 200 404 404 200 200 /take-part/
200 200 200 200 200 200 404 404 200 200 /take-part/new/
200 200 200 200 200 200 404 404 200 200 /take-part/host/
200 200 200 200 200 200 404 404 200 200 /privacy/
200 200 200 200 200 200 404 404 200 200 /cookies/
200 200 200 200 200 200 404 404 200 200 /accessibility/
200 200 200 200 200 200 200 200 200 200 /contact/
200 200 200 200 200 200 200 200 200 200 /contact/thanks/
302 200 200 200 200 200 200 200 200 200 /me/settings/
404 404 404 404 404 404 404 404 404 404 /accounts/login/email/
302 302 302 302 302 302 302 302 302 302 /accounts/login/email/code/
302 302 302 302 302 302 302 302 302 302 /accounts/2fa/webauthn/add/
302 302 302 302 302 302 302 302 302 302 /accounts/2fa/webauthn/login/
302 302 302 302 302 302 302 302 302 302 /accounts/2fa/webauthn/reauthenticate/
302 302 302 302 302 302 302 302 302 302 /accounts/2fa/webauthn/keys/<int:pk>/remove/
302 404 404 404 404 404 404 404 404 404 /me/picture/
410 410 410 410 410 410 410 410 410 410 /me/email/<str:token>/
200 200 200 200 200 200 200 200 200 200 /propose/
302 404 200 404 404 404 404 404 404 404 /propose/<int:pk>/topic/
302 404 200 404 404 404 404 404 404 404 /propose/<int:pk>/questions/
302 404 200 404 404 404 404 404 404 404 /propose/<int:pk>/reading/
302 404 200 404 404 404 404 404 404 404 /propose/<int:pk>/dates/
302 404 200 404 404 404 404 404 404 404 /propose/<int:pk>/people/
302 404 200 404 404 404 404 404 404 404 /me/proposals/<int:pk>/
410 410 410 410 410 410 410 410 410 410 /host/answer/<str:token>/yes/
410 410 410 410 410 410 410 410 410 410 /host/answer/<str:token>/no/
302 410 410 410 410 410 410 410 410 410 /host/join/<str:token>/
404 404 404 404 404 404 404 404 404 404 /chats/proposals/
302 302 302 302 302 302 404 404 302 302 /CHAT/coming/
"""
# A letter has its styles with it, and a policy of its own, which the tests of mail look at.
LETTER = "desk/accounts/mail/<int:key>/letter/"
# They tell readers elsewhere their own hour, or count what is typed, by a script of ours.
CHAT = "chats/<int:year>/<int:month>/<int:day>/<slug:slug>/"
# The picture of a chat is for other sites to show.
POST = "blog/<yyyy:year>/<mm:month>/<slug:slug>/"
OWN_HEADERS = (
    LETTER,
    f"{CHAT}card.png",
    f"{POST}card.png",
    "videos/<slug:slug>/card.png",
    "events/<slug:slug>/card.png",
)
WITH_SCRIPT = (
    "",
    "chats/",
    "chats/<yyyy:year>/<mm:month>/",
    CHAT,
    "events/",
    "events/<slug:slug>/",
    "host/<slug:slug>/pack/",
    "propose/<int:pk>/questions/",
)
# A block of facts for machines (JSON-LD) runs nothing.
INLINE = re.compile(
    r"<script(?![^>]*(?:\bsrc=|application/ld\+json))|<style|<[a-z][^<>]*\s(?:style|on[a-z]+)=|javascript:",
    re.IGNORECASE,
)


class Asking(Client):
    """Without the notes that Django's own takes of every template: they would take most of the time."""

    def request(self, **told):
        return self.handler(self._base_environ(**told))


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str


def routes(resolver=None, before=""):
    """Every address as it is written down."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        else:
            yield route


def furnish():
    """One row of every kind in WeCops, and the people; (rows by name, people by name)."""
    other = neighbour()
    at = {"their_host": other, "their_organiser": other, "stranger": other}
    role_of = {"their_host": Role.HOST, "their_organiser": Role.ORGANISER, "stranger": Role.ORGANISER}
    people = {
        name: person(
            name, role_of.get(name, name if name in Role.values else None), at.get(name), is_superuser=is_super
        )
        for name in PEOPLE[1:]
        for is_super in [name == "superuser"]
    }
    chat = ChatFactory(title="First night", slug="first-night")
    QuestionFactory(chat=chat, number=1)
    chat.hosts.create(handle="host", name="Host", user=people["host"])
    ingest.merge(chat, CONVERSATION, why="file")
    archive.build(leases.claim_one(chat.build), START)
    community, tweet = chat.community, chat.tweets.first()
    topic = Topic.objects.create(community=community, slug="rest", name="Rest")
    post = PostFactory(slug="rules", tags=["rest"], by=[WriterFactory(slug="ann")])
    capture = chat.captures.create(source="x", query="#WeCops", why="hashtag", looked_at=START)
    rows = {
        "accounts/community": community,
        "accounts/teammember": TeamMember.objects.create(
            community=community, name="Ada", role="-", joined_on=date(2020, 1, 1)
        ),
        "accounts/mail": composed(template="changed", said="Hello."),
        "accounts/page": Page.objects.get(community=community, path="/about/"),
        "accounts/auditentry": AuditEntry.objects.create(
            community=community, verb="pauses", model="chats.chat", key=chat.pk
        ),
        "accounts/crisis": Crisis.objects.create(community=community, notice="Quiet.", reason="-", since=START),
        "accounts/user": person("somebody"),
        "chats/chat": chat,
        "chats/capture": capture,
        "chats/ingestrun": IngestRun.objects.create(capture=capture, fence=1, started_at=START, last_at=START),
        "chats/tweet": tweet,
        "chats/correction": Correction.objects.create(tweet=tweet, question=1, at=START),
        "chats/topic": topic,
        "chats/event": EventFactory(slug="rest"),
        "chats/handover": Handover.objects.create(topic=topic, said="Beds.", to="-", handed_on=START.date()),
        "blog/post": post,
        "blog/writer": post.writers.get(),
        "blog/contribution": post.contributions.create(
            user=people["member"], text="Hello.", html="<p>Hello.</p>", created_at=START
        ),
        "blog/oldaddress": OldAddress.objects.create(community=community, path="/blogs/3654", post=post),
        "blog/story": Story.objects.create(
            community=community,
            author=people["member"],
            post=PostFactory(status="review", published_at=None),
            consent="Yes.",
            consented_at=START,
            created_at=START,
            saved_at=START,
        ),
        "blog/video": VideoFactory(slug="rest", transcript="0:04 Hello."),
        "blog/comment": CommentFactory(post=post, number=1, author=people["member"]),
        "blog/newsletter": Newsletter.objects.create(community=community, post=PostFactory(), created_at=START),
        "blog/feed": Feed.objects.create(
            community=community, name="Elsewhere", site="https://x.example/", address="https://x.example/feed"
        ),
        "chats/spending": Spending.objects.create(network="x", day=START.date()),
        "chats/recheck": Recheck.objects.create(network="x"),
        "chats/proposal": proposals.begin(community, people["host"], now=START),
        "chats/slot": Slot.objects.create(community=community, starts_at=START, ends_at=START + timedelta(hours=1)),
        "chats/series": Series.objects.create(community=community, name="Wednesdays", first_on=START.date()),
    }
    return rows, people


def address(route, rows):
    """A route with everything in it that it asks for."""
    chat = rows["chats/chat"]
    model = re.match(r"desk/(\w+/\w+)/", route)
    key = str(rows[model[1]].pk) if model and model[1] in rows else "1"
    if route.startswith("stories/"):
        key = str(rows["blog/story"].pk)
    if route.startswith("desk/autocomplete"):
        return "/desk/autocomplete/?app_label=chats&model_name=chat&field_name=topic"
    route = route.replace("chat/<int:key>/decide/<slug:name>", "chat/<int:key>/decide/cancel")
    route = route.replace("proposal/<int:key>/decide/<slug:name>", "proposal/<int:key>/decide/duplicate")
    if "propos" in route:
        route = route.replace("<int:pk>", str(rows["chats/proposal"].pk))
    if route.startswith("blog/"):
        route = route.replace("<yyyy:year>/<mm:month>/<slug:slug>/", rows["blog/post"].get_absolute_url()[6:])
        route = route.replace("<yyyy:year>", "2016").replace("<mm:month>", "04")  # when that post came out
        route = route.replace("<slug:slug>", rows["blog/writer"].slug).replace("<str:tag>", "rest")
    filled = route.replace("<path:object_id>", key if model and model[1] in rows else str(chat.pk))
    filled = filled.replace("<int:year>/<int:month>/<int:day>/<slug:slug>/", chat.get_absolute_url()[7:])
    for asked, given in {
        "host/<slug:slug>/": f"host/{chat.slug}/",
        "<int:hue>-<int:chroma>-<int:hue_accent>-<int:chroma_accent>": "264-100-100-100", "<slug:slug>": "rest",
        "<slug:use>": "touch",
        "<int:key>": key, "<yyyy:year>": "2026", "<mm:month>": "11", "<int:page>": "1",
        "<int:number>": "1", "<slug:network>/<path:way>": "x/cat", "<str:token>": "x", "<int:pk>": "1",
        "<str:word>": "x", "<uuid:uid>": "00000000-0000-4000-8000-000000000000",
        "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/1-x/",
        "^(?P<app_label>accounts|chats|blog)/$": "chats/",
        "^pictures/(?P<key>[0-9a-f]{20,40})-(?P<width>wide|small)\\.webp$": f"pictures/{'a' * 20}-wide.webp",
        "(?P<url>.*)$": "nowhere/",
    }.items():  # fmt: skip
        filled = filled.replace(asked, given)
    return f"/{filled}"


@pytest.fixture(scope="module")
def walk(django_db_setup, django_db_blocker):
    """{route: {person: answer}} of a GET, and an empty POST where a GET is not offered or leads to the button."""
    told = {
        "TEAM_SECOND_STEP": False,
        "X_CLIENT_ID": "a-client",
        "ALLOWED_HOSTS": ["testserver", "other.example"],
        "SOCIALACCOUNT_PROVIDERS": {"twitter_oauth2": {"APPS": [{"client_id": "a-client", "secret": "a-secret"}]}},
    }
    with django_db_blocker.unblock(), override_settings(**told), transaction.atomic():
        cache.clear()
        rows, people = furnish()
        paths = {route: address(route, rows) for route in routes()}
        logging.disable()  # a traceback for each refusal takes longer than the walk
        answers = {}
        for name in PEOPLE:
            client = Asking(headers={"host": "other.example" if name.startswith("their") else "testserver"})
            if name in people:
                client.force_login(people[name])
            for route, path in paths.items():
                answer = client.get(path)
                if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED or route.endswith(BUTTONS):
                    answer = client.post(path)
                is_text = not answer.streaming and answer["Content-Type"].startswith("text/")
                text = answer.text if is_text else ""
                answers[route, name] = Answer(answer.status_code, dict(answer.headers), text)
        logging.disable(logging.NOTSET)
        yield answers
        transaction.set_rollback(True)
        cache.clear()


def expected():
    """{address as written down: what each gets}."""
    lines = (line.rpartition(" ") for line in EXPECTED.strip().splitlines())
    return {route.removeprefix("/").replace("CHAT/", CHAT): statuses.split() for statuses, _, route in lines}


def test_every_address_gives_everybody_what_they_may_have(walk):
    """One that is new stands in no line above, and fails."""
    found = {route: [str(walk[route, name].status) for name in PEOPLE] for route in routes()}
    wanted = expected()

    assert {route: found.get(route) for route in wanted | found if found.get(route) != wanted.get(route)} == {}


def test_every_answer_carries_our_headers_and_runs_and_styles_nothing_of_its_own(walk):
    def policy(path):
        own = {"desk/": middleware.ADMIN_HEADERS, "accounts/": middleware.DOOR_HEADERS}
        kept = next((headers for start, headers in own.items() if path.startswith(start)), middleware.HEADERS)
        return middleware.HOUR_HEADERS if path in WITH_SCRIPT else kept

    wrong = {
        (route, name): (missing, inline)
        for (route, name), answer in walk.items()
        for missing in [
            {key for key, value in policy(route).items() if key != "Cache-Control" and answer.headers.get(key) != value}
        ]
        for inline in [
            INLINE.findall(answer.text) if answer.headers.get("Content-Type", "").startswith("text/html") else []
        ]
        if (missing or inline) and route not in OWN_HEADERS
    }

    assert wrong == {}


def test_what_somebody_is_shown_for_themselves_is_kept_by_no_cache(walk):
    kept = {
        (route, name)
        for (route, name), answer in walk.items()
        if route.startswith(("desk/", "me/", "propose/", "host/"))
        and "no-store" not in answer.headers.get("Cache-Control", "")
    }

    assert kept == set()
