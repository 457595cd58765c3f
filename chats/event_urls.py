"""The addresses of gatherings in person, below /events/."""

from django.urls import path

from chats.views import events

urlpatterns = [
    path("", events.Events.as_view(), name="events"),
    path("<slug:slug>/", events.EventDetail.as_view(), name="event"),
    path("<slug:slug>.ics", events.EventFile.as_view(), name="event-file"),
    path("<slug:slug>/card.png", events.EventCard.as_view(), name="event-card"),
]
