#!/usr/bin/env python3
"""The front door: ``python3 run.py demo`` shows the portal, ``python3 run.py test`` runs its tests.

Standard library only.  What it can do is in wecops/launcher/commands.py.
"""

import sys

if sys.version_info < (3, 11) or sys.platform == "win32":
    sys.exit("This needs Python 3.11 or newer on Linux or macOS (on Windows: inside WSL).")

from wecops.launcher.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
