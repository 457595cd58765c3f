"""The address list of the hall."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("about/", views.PageDetail.as_view(), name="page"),
]
