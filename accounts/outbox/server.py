"""An envelope and a letter -> what the mail server answers.  The one door through which mail leaves the house."""

import re
import smtplib
from contextlib import suppress
from typing import Any, Self

from django.core.mail.backends.smtp import EmailBackend

GO_AHEAD, TAKEN = 354, 250
CLOSING = 421
REFUSED = 500  # and above: never; below: not now
_DOT = re.compile(rb"(?m)^\.")


class NotTaken(Exception):
    """The letter is certainly not with the server.  ``is_final``: nor will it ever be, as it is.

    ``is_general``: that has nothing to do with this letter, so every other would fare alike.
    """

    def __init__(self, said: str, *, code: str, is_final: bool = False, is_general: bool = False) -> None:
        super().__init__(said)
        self.code, self.is_final, self.is_general = code, is_final, is_general


class NoAnswer(Exception):
    """The letter was handed over, and the server fell silent: nobody knows whether it has it."""


class MailServer:
    """One connection, opened by the first letter and used by all that follow.  Its address is ``EMAIL_URL``."""

    def __init__(self) -> None:
        self._backend = EmailBackend()
        self._carried = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError, smtplib.SMTPException):  # every letter has its answer: how it ends is all the same
            self._backend.close()

    def hang_up(self) -> None:
        """End the conversation at once, in whatever state it is: what was offered and not handed over is forgotten."""
        self._carried = 0
        if self._backend.connection is not None:
            self._backend.connection.close()
            self._backend.connection = None

    def offer(self, sender: str, to: str) -> None:
        """Everything up to the letter itself.  Raises ``NotTaken``; a server that had enough is called anew, once."""
        carried = self._carried
        try:
            self._envelope(sender, to)
        except NotTaken as refusal:
            if not (carried and refusal.code == "server_hung_up"):
                raise
            self._envelope(sender, to)

    def _envelope(self, sender: str, to: str) -> None:
        connection = self._connected()
        options = ["BODY=8BITMIME"] if connection.has_extn("8bitmime") else []
        try:
            self._expect(TAKEN, connection.mail(sender, options), about_letter=False)
            self._expect(TAKEN, connection.rcpt(to))
            self._expect(GO_AHEAD, connection.docmd("data"))
        except (OSError, smtplib.SMTPException) as error:
            self.hang_up()
            said = f"The mail server ended the conversation: {error}"
            raise NotTaken(said, code="server_hung_up", is_general=True) from None

    def _connected(self) -> smtplib.SMTP:
        try:
            if self._backend.connection is None:
                self._backend.open()
            connection: Any = self._backend.connection
            connection.ehlo_or_helo_if_needed()
            return connection
        except smtplib.SMTPResponseException as error:
            self.hang_up()
            said = f"The mail server does not let us in: {_read(error.smtp_error)} ({error.smtp_code})"
            raise NotTaken(said, code="server_refuses", is_general=True) from None
        except (OSError, smtplib.SMTPException) as error:
            self.hang_up()
            said = f"The mail server does not answer: {error}"
            raise NotTaken(said, code="server_silent", is_general=True) from None

    def hand_over(self, letter: bytes) -> None:
        """The letter (with CRLF) itself.  Raises ``NotTaken`` or ``NoAnswer``."""
        connection: Any = self._backend.connection
        try:
            connection.send(_DOT.sub(b"..", letter).removesuffix(b"\r\n") + b"\r\n.\r\n")
            answer = connection.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.hang_up()
            raise NoAnswer(f"The mail server got it, but did not say whether it took it: {error}") from None
        self._expect(TAKEN, answer)
        self._carried += 1

    def _expect(self, wanted: int, answer: tuple[int, bytes], *, about_letter: bool = True) -> None:
        code, said = answer
        if code == wanted or (wanted == TAKEN and code // 10 == TAKEN // 10):
            return
        if code == CLOSING or code < 0:
            self.hang_up()
            raise NotTaken(f"The mail server closes: {_read(said)}", code="server_hung_up", is_general=True)
        self._start_over()
        is_final = code >= REFUSED
        word = "refuses it" if is_final else "does not take it now"
        raise NotTaken(
            f"The mail server {word}: {_read(said)} ({code})",
            code="refused" if is_final else "put_off",
            is_final=is_final and about_letter,
            is_general=not about_letter,
        )

    def _start_over(self) -> None:
        connection: Any = self._backend.connection
        try:
            connection.rset()
        except (OSError, smtplib.SMTPException):
            self.hang_up()


def _read(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
