"""What the desk shows of people: nothing of groups or of allauth's rows, which give no role here, or of tags alone."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from taggit.models import Tag

# A chat's tags stand beside its title; how somebody comes in, on their own page.
admin.site.unregister([Group, Tag, EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession])
