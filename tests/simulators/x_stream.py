"""An invented chat -> X's filtered stream: what matches a rule, line by line as time goes by, faulty by script."""

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from tests.simulators import x_answers
from tests.simulators.x_checks import id_at
from tests.simulators.x_exchange import Reply
from tests.simulators.x_grammar import parsed

KEPT_ALIVE = 0.1  # seconds; X's own are twenty
_LOOKED = 0.01


@dataclass
class Stream:
    """``denied`` is what is said instead of it.

    ``breaks``, one for each connection, are after how many lines it breaks and how: "close" in the midst of a line,
    "end" behind one, or "error" by X's own word.  ``connections`` are how often it was, ``told`` the ids it showed.
    """

    denied: Reply | None = None
    breaks: list[tuple[int, str]] = field(default_factory=list)
    rules: dict[str, dict] = field(default_factory=dict)
    connections: int = 0
    kept_alive: int = 0
    told: list[str] = field(default_factory=list)

    def rules_told(self) -> dict:
        """What is answered to who asks for the rules."""
        rules = list(self.rules.values())
        return {**({"data": rules} if rules else {}), "meta": {"sent": "2026-11-18T21:00:00.000Z"}}

    def change_rules(self, body: dict) -> dict:
        for gone in body.get("delete", {}).get("ids", []):
            self.rules.pop(gone, None)
        errors = []
        for rule in body.get("add", []):
            if known := next((each for each in self.rules.values() if each["value"] == rule["value"]), None):
                errors.append({"title": "DuplicateRule", "value": rule["value"], "id": known["id"]})
            else:
                parsed(rule["value"])
                number = str(1_000_000 + len(self.rules))
                self.rules[number] = {"id": number, **rule}
        return {"data": list(self.rules.values()), "meta": {}, **({"errors": errors} if errors else {})}

    def refused(self) -> Reply:
        return self.denied or Reply(409, x_answers.plain(409, "ConnectionException"), ())

    def tell(self, handler, query: str) -> bool:
        """Speak until somebody hangs up; False where nothing is to be said."""
        api = handler.api
        if self.denied or not self.rules or handler.headers.get("Authorization") != f"Bearer {api.token}":
            return False
        self.connections += 1
        most, how = self.breaks.pop(0) if self.breaks else (10**9, "")
        wanted = x_answers.Wanted({name: values[0] for name, values in parse_qs(query).items()})
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json; charset=utf-8")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.close_connection = True
        said_to, quiet, lines = id_at(api.clock.now()), 0.0, 0
        while not api.stopping.wait(_LOOKED):
            until = id_at(api.clock.now())
            for said in self._new(api, said_to, until):
                data = self._line(api, said, wanted)
                if lines == most:
                    _send(handler, {"close": data[: len(data) // 2], "error": _ENDED, "end": b""}[how])
                    return True
                _send(handler, data)
                lines, quiet = lines + 1, 0.0
                self.told.append(said.id)
            said_to, quiet = until, quiet + _LOOKED
            if quiet >= KEPT_ALIVE:
                _send(handler, b"\r\n")
                self.kept_alive, quiet = self.kept_alive + 1, 0.0
        return True

    def _new(self, api, above: int, below: int):
        """A stream shows what a rule matches, and also what quotes such a tweet."""
        matches = [parsed(rule["value"]) for rule in self.rules.values()]
        with api.lock:
            found = [*api.between("", above - 1, below)][::-1]
            quoted = {said.id: api.find(said.quote_of) for said in found if said.quote_of and not said.retweet_of}
        return [
            said
            for said in found
            if any(fits(each) for fits in matches for each in (said, quoted.get(said.id)) if each)
        ]

    def _line(self, api, said, wanted) -> bytes:
        body = x_answers.found([said], wanted, api.find)
        with api.lock:
            api.ledger.charge(api.clock.now().date(), body)
        told = {
            **body,
            "data": body["data"][0],
            "matching_rules": [{"id": int(each), "tag": None} for each in self.rules],
        }
        return json.dumps(told).encode() + b"\r\n"


_DISCONNECT = {"title": "operational-disconnect", "disconnect_type": "UpstreamOperationalDisconnect"}
_ENDED = json.dumps({"errors": [_DISCONNECT]}).encode() + b"\r\n"


def _send(handler, data: bytes) -> None:
    handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
    handler.wfile.flush()
