"""The address list of the ground floor."""

from django.urls import include, path

from chats import views

app_name = "chats"

# /chats/<yyyy>/<mm>/<dd>/<slug>/
chat = [
    path("", views.ChatDetail.as_view(), name="chat"),
    path("transcript/", views.Stored.as_view(), name="transcript"),
    path("transcript/time/", views.Stored.as_view(), name="transcript-time"),
    path("transcript/time/<int:page>/", views.Stored.as_view(), name="transcript-time-page"),
    path("transcript/q<int:number>/", views.Stored.as_view(), name="transcript-question"),
    path("transcript.json", views.Stored.as_view(), name="transcript-json"),
]

urlpatterns = [
    path("archive/", views.Archive.as_view(), name="archive"),
    path("archive/<int:year>/", views.ArchiveYear.as_view(), name="archive-year"),
    path("archive/<int:year>/<int:month>/", views.ArchiveMonth.as_view(), name="archive-month"),
    path("<int:year>/<int:month>/<int:day>/<slug:slug>/", include(chat)),
]
