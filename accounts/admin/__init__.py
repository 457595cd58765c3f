"""What the desk shows of people and of mail to them: nothing of groups, which give no role here, or of tags alone."""

from django.contrib import admin
from django.contrib.auth.models import Group
from taggit.models import Tag

from accounts.admin import mails

__all__ = ["mails"]

admin.site.unregister([Group, Tag])  # a chat's tags stand beside its title
