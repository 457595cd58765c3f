"""The roof as an installed app: it holds the commands that need more than one floor."""

from django.apps import AppConfig


class WecopsConfig(AppConfig):
    name = "wecops"
