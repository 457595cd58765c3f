"""Letters over SMTP -> whom they went to.  It prints its port, and once its standard input ends the list, as JSON."""

import asyncio
import json
import logging
import sys

from aiosmtpd.smtp import SMTP


class Sink:
    def __init__(self):
        self.taken = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802, theirs
        self.taken += envelope.rcpt_tos
        return "250 OK"


async def main():
    sink = Sink()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink, loop=loop), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    print(json.dumps(sink.taken), flush=True)


if __name__ == "__main__":
    logging.disable()
    asyncio.run(main())
