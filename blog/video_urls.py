"""The addresses of films: /videos/…"""

from django.urls import path

from blog.views import videos
from blog.views.keeping import kept

app_name = "videos"
urlpatterns = [
    path("", kept(videos.Videos.as_view()), name="videos"),
    path("<slug:slug>/", kept(videos.VideoPage.as_view()), name="video"),
    path("<slug:slug>/captions.vtt", videos.Captions.as_view(), name="captions"),
    path("<slug:slug>/card.png", videos.Card.as_view(), name="card"),
]
