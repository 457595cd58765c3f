"""The address list of the ground floor."""

from django.urls import include, path, register_converter

from chats import exports, feeds, views
from chats.views import calendar, coming

app_name = "chats"


class Year:
    """Four digits, as every address of a year has them."""

    regex = "[0-9]{4}"

    def to_python(self, text: str) -> int:
        return int(text)

    def to_url(self, year: int) -> str:
        return f"{int(year):04}"


class Month(Year):
    """Two digits, so that a month has one address."""

    regex = "[0-9]{2}"

    def to_url(self, month: int) -> str:
        return f"{int(month):02}"


register_converter(Year, "yyyy")
register_converter(Month, "mm")

# /chats/<yyyy>/<mm>/<dd>/<slug>/
chat = [
    path("", views.ChatDetail.as_view(), name="chat"),
    path("transcript/", views.Stored.as_view(), name="transcript"),
    path("transcript/time/", views.Stored.as_view(), name="transcript-time"),
    path("transcript/time/<int:page>/", views.Stored.as_view(), name="transcript-time-page"),
    path("transcript/people/", views.Stored.as_view(), name="transcript-people"),
    path("transcript/people/<int:page>/", views.Stored.as_view(), name="transcript-people-page"),
    path("transcript/q<int:number>/", views.Stored.as_view(), name="transcript-question"),
    path("stats/", views.Stored.as_view(), name="stats"),
    path("resources/", views.Stored.as_view(), name="resources"),
    path("people/<slug:network>/<path:way>/", views.Person.as_view(), name="person"),
    path("calendar.ics", calendar.ChatFile.as_view(), name="chat-file"),
    path("coming/", coming.Coming.as_view(), name="coming"),
    path("card.png", calendar.Card.as_view(), name="card"),
    *(path(name, views.Stored.as_view(), name=name.replace(".", "-")) for name in exports.TYPES),
]

urlpatterns = [
    path("", calendar.Calendar.as_view(), name="calendar"),
    path("next/", calendar.Next.as_view(), name="next"),
    path("calendar.ics", calendar.CommunityFile.as_view(), name="calendar-file"),
    path("feed/", feeds.Chats(), name="feed"),
    path("feed/rss/", feeds.ChatsRss(), name="feed-rss"),
    path("<yyyy:year>/<mm:month>/", calendar.Month.as_view(), name="month"),
    path("archive/", views.Archive.as_view(), name="archive"),
    path("archive/<yyyy:year>/", views.ArchiveYear.as_view(), name="archive-year"),
    path("archive/<yyyy:year>/<mm:month>/", views.ArchiveMonth.as_view(), name="archive-month"),
    path("<int:year>/<int:month>/<int:day>/<slug:slug>/", include(chat)),
]
