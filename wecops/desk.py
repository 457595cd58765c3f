"""Django's admin as an installed app, with the site of ``wecops.admin`` in the place of its own."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    default_site = "wecops.admin.Desk"
