"""The web server of this container -> an exit code: 0 when it is alive.  The image's health check."""

import os
import sys

from wecops.launcher import web


def main() -> int:
    # A host name the portal does not know is refused, so the check asks by one that it knows.
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip(" .*") or "localhost"
    status, _ = web.get(int(os.environ.get("PORT", web.FIRST_PORT)), "/healthz", {"Host": host})
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
