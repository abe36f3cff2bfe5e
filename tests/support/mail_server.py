"""A mail server of a few lines, for tests: it speaks as much SMTP as Python's client asks for, and keeps what came."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


class _Talk(socketserver.StreamRequestHandler):
    """One client."""

    server: MailStub

    def handle(self) -> None:
        """Answer line by line until the client leaves."""
        self._say("220 stub ready")
        while line := self.rfile.readline():
            command = line.decode("ascii", "replace").strip()
            verb = command.partition(" ")[0].upper()
            self.server.commands.append(command)
            if verb in self.server.answers:
                self._say(self.server.answers[verb])
            elif verb == "DATA":
                self._say("354 go on")
                self._take_message()
                self._say("250 taken")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _take_message(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = message_from_bytes(b"".join(lines), policy=default)
        assert isinstance(message, EmailMessage)
        self.server.messages.append(message)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class MailStub(socketserver.ThreadingTCPServer):
    """The server. `answers` maps a verb to the line that it is answered with, such as RCPT to `550 nobody`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.messages: list[EmailMessage] = []
        self.commands: list[str] = []
        self.answers: dict[str, str] = {}

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


@contextmanager
def mail_stub() -> Iterator[MailStub]:
    """Run a server for the length of the block."""
    with MailStub() as stub:
        thread = threading.Thread(target=stub.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield stub
        finally:
            stub.shutdown()
            thread.join()
