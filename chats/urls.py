"""The address list of the ground floor."""

from django.urls import include, path, register_converter

from chats import exports, feeds, views
from chats.views import answering, calendar, coming, host_pack, offers, proposing, voting

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

# Beside the chats: what a member offers, and the links that answer from a letter.
members = [
    path("propose/", proposing.Propose.as_view(), name="propose"),
    path("propose/<int:pk>/topic/", proposing.Topic.as_view(), name="propose-topic"),
    path("propose/<int:pk>/questions/", proposing.Questions.as_view(), name="propose-questions"),
    path("propose/<int:pk>/reading/", proposing.Reading.as_view(), name="propose-reading"),
    path("propose/<int:pk>/dates/", proposing.Dates.as_view(), name="propose-dates"),
    path("propose/<int:pk>/people/", proposing.People.as_view(), name="propose-people"),
    path("me/proposals/<int:pk>/", offers.OwnProposal.as_view(), name="proposal"),
    path("host/answer/<str:token>/yes/", answering.Answer.as_view(), name="answer-yes"),
    path("host/answer/<str:token>/no/", answering.Answer.as_view(is_yes=False), name="answer-no"),
    path("host/<slug:slug>/pack/", host_pack.HostPack.as_view(), name="host-pack"),
    path("host/<slug:slug>/pack/print/", host_pack.HostPackPrint.as_view(), name="host-pack-print"),
    path("host/<slug:slug>/pack/texts.txt", host_pack.HostPackTexts.as_view(), name="host-pack-texts"),
    path("host/join/<str:token>/", answering.Join.as_view(), name="join"),
]

urlpatterns = [
    path("", calendar.Calendar.as_view(), name="calendar"),
    path("next/", calendar.Next.as_view(), name="next"),
    path("calendar.ics", calendar.CommunityFile.as_view(), name="calendar-file"),
    path("proposals/", voting.Proposals.as_view(), name="proposals"),
    path("feed/", feeds.Chats(), name="feed"),
    path("feed/rss/", feeds.ChatsRss(), name="feed-rss"),
    path("<yyyy:year>/<mm:month>/", calendar.Month.as_view(), name="month"),
    path("archive/", views.Archive.as_view(), name="archive"),
    path("archive/<yyyy:year>/", views.ArchiveYear.as_view(), name="archive-year"),
    path("archive/<yyyy:year>/<mm:month>/", views.ArchiveMonth.as_view(), name="archive-month"),
    path("<int:year>/<int:month>/<int:day>/<slug:slug>/", include(chat)),
]
