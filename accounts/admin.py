"""What the desk shows of people: nothing of groups, which give no role here, or of tags alone."""

from django.contrib import admin
from django.contrib.auth.models import Group
from taggit.models import Tag

admin.site.unregister([Group, Tag])  # a chat's tags stand beside its title
