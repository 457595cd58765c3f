"""The ground floor as an installed app."""

from django.apps import AppConfig


class ChatsConfig(AppConfig):
    name = "chats"
