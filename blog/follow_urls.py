"""What lies below /blog/follow/: the pages of following by email."""

from django.urls import path

from blog.views import following

urlpatterns = [
    path("", following.FollowBlog.as_view(), name="follow"),
    path("yes/<str:token>/", following.Confirm.as_view(), name="follow-yes"),
    path("mine/<str:word>/", following.Mine.as_view(), name="follow-mine"),
    path("stop/<str:word>/", following.Stop.as_view(), name="follow-stop"),
    path("again/", following.Again.as_view(), name="follow-again"),
    path("letters/<uuid:uid>/", following.Letter.as_view(), name="letter"),
]
