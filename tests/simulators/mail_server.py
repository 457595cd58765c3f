"""Letters over SMTP -> a list, by a real server on loopback that stumbles where a script says so.

A stumble stands in the script under the number of the recipient that meets it, counted from 1 over all conversations.
"""

import asyncio
import threading
from email import message_from_bytes, policy
from typing import NamedTuple

from aiosmtpd.smtp import SMTP

NOT_NOW = "450 4.2.1 The mailbox is busy"
NEVER = "550 5.1.1 There is nobody of that name"
HANG, HANG_UP = "hang", "hang up"


class Stumble(NamedTuple):
    """``at`` is "rcpt" or "letter"; ``says`` an answer, or what it does instead.  What it ``keeps`` is delivered."""

    at: str
    says: str
    keeps: bool = False


class Delivered(NamedTuple):
    sender: str
    to: str
    raw: bytes

    @property
    def message(self):
        return message_from_bytes(self.raw.replace(b"\r\n", b"\n"), policy=policy.default)


class MailServer:
    """Serves from within a ``with``; ``delivered`` are the letters it has taken, ``conversations`` how many it had."""

    def __init__(self, script=None):
        self.script = dict(script or {})
        self.delivered: list[Delivered] = []
        self.offered = 0
        self.conversations = 0
        self._loop = asyncio.new_event_loop()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def __enter__(self):
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def _listen(self):
        return await self._loop.create_server(lambda: SMTP(self, loop=self._loop), "127.0.0.1", 0)

    def __exit__(self, *_):
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self):
        self._server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802, theirs
        self.conversations += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        self.offered += 1
        envelope.number = self.offered
        answer = await self._stumble("rcpt", server, envelope)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        letter = Delivered(envelope.mail_from, envelope.rcpt_tos[0], envelope.content)
        stumble = self.script.get(envelope.number)
        if not stumble or stumble.at != "letter" or stumble.keeps:
            self.delivered.append(letter)
        return await self._stumble("letter", server, envelope) or "250 OK"

    async def _stumble(self, at, server, envelope):
        stumble = self.script.get(envelope.number)
        if not stumble or stumble.at != at:
            return None
        if stumble.says == HANG_UP:
            server.transport.abort()
        if stumble.says in (HANG, HANG_UP):
            await asyncio.sleep(60)
        return stumble.says
