"""Letters over SMTP -> their number.  It prints its port, and how many it took once its standard input ends."""

import asyncio
import logging
import sys

from aiosmtpd.smtp import SMTP


class Sink:
    taken = 0

    async def handle_DATA(self, server, session, envelope):  # noqa: N802, theirs
        self.taken += 1
        return "250 OK"


async def main():
    sink = Sink()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink, loop=loop), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    print(sink.taken, flush=True)


if __name__ == "__main__":
    logging.disable()
    asyncio.run(main())
