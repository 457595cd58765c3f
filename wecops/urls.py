"""The address list of the roof."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from chats import feeds
from chats.urls import members
from chats.views import calendar, topics
from wecops import views
from wecops.about import Communities, Team
from wecops.me import Me
from wecops.opensearch import opensearch
from wecops.search import Search
from wecops.theme import Icon, Manifest, Picture, Theme

handler400 = "wecops.views.bad_request"
handler500 = "wecops.views.failed"
COLOURS = "<int:hue>-<int:chroma>-<int:hue_accent>-<int:chroma_accent>"
urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security, name="security"),
    path("sitemap.xml", views.sitemap_index, name="sitemap"),
    path("sitemap-<section>.xml", views.sitemap, name="sitemap-section"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("manifest.webmanifest", Manifest.as_view(), name="manifest"),
    path(f"theme-{COLOURS}.css", Theme.as_view(), name="theme"),
    path(f"icon-{COLOURS}.svg", Icon.as_view(), name="icon"),
    path(f"icon-{COLOURS}-<slug:use>.png", Picture.as_view(), name="icon-picture"),
    path("search/", Search.as_view(), name="search"),
    path("opensearch.xml", opensearch, name="opensearch"),
    path("status/", views.Status.as_view(), name="status"),
    path("impact/method/", views.Method.as_view(), name="method"),
    path("about/team/", Team.as_view(), name="team"),
    path("communities/", Communities.as_view(), name="communities"),
    path(settings.ADMIN_PATH, admin.site.urls),
    path("accounts/", include("accounts.entrance")),
    path("me/", Me.as_view(), name="me"),
    path("chats/", include("chats.urls")),
    path("topics/", topics.Topics.as_view(), name="topics"),
    path("topics/<slug:slug>/", topics.TopicPage.as_view(), name="topic"),
    path("topics/<slug:slug>/feed/", feeds.TopicNews(), name="topic-feed"),
    path("blog/", include("blog.urls")),
    path("stories/", include("blog.story_urls")),
    path("videos/", include("blog.video_urls")),
    path("events/", include("chats.event_urls")),
    path("topics/<slug:slug>/calendar.ics", calendar.TopicFile.as_view(), name="topic-file"),
    path("", include(members)),
    path("", include("accounts.urls")),
]
