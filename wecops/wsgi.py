"""The web server -> Django."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wecops.settings")

# Having freed one large block, glibc keeps the room of large answers, instead of taking it from the kernel for each.
bytearray(16 * 2**20)

application = get_wsgi_application()
