"""What the desk shows of the hall: members, mail, team, pages, log; nothing of groups, allauth's rows or tags alone."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from taggit.models import Tag

from accounts.admin import crises, house, log, mails, members

__all__ = ["crises", "house", "log", "mails", "members"]

# Groups give no role by themselves; a chat's tags stand beside its title; how somebody comes in, on their own page.
admin.site.unregister([Group, Tag, EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession])
