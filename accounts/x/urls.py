"""The two addresses of signing in with X: to go there, and to come back from it."""

from allauth.socialaccount.providers.oauth2.urls import default_urlpatterns

from accounts.x.provider import XProvider

urlpatterns = default_urlpatterns(XProvider)
