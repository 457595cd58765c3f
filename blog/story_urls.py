"""The addresses of stories that members send: /stories/…"""

from django.urls import path

from blog.views import stories

app_name = "stories"
urlpatterns = [
    path("", stories.OwnStories.as_view(), name="own"),
    path("new/", stories.NewStory.as_view(), name="new"),
    path("<int:key>/", stories.OneStory.as_view(), name="story"),
    path("<int:key>/withdraw/", stories.WithdrawStory.as_view(), name="withdraw"),
]
