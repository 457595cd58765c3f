"""The ground floor as an installed app."""

from django.apps import AppConfig


class ChatsConfig(AppConfig):
    name = "chats"
    verbose_name = "Archive"  # above the desk's list of chats, of captures and so on
