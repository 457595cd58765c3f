"""The hall as an installed app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "The house"

    def ready(self) -> None:
        autodiscover_modules("receivers")  # those of every app, as Django finds admin.py
