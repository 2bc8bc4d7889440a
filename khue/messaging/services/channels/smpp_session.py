"""A bind to a message centre (SMPP 3.4): kept open, probed, and read without losing a report."""

from __future__ import annotations

import contextlib
import select
import ssl
import time
from collections.abc import Callable
from typing import Any

from smpplib import consts, exceptions, smpp
from smpplib.client import Client

from khue.messaging.services.providers import Provider

PROBE_AFTER = 20.0
REFUSED_TO_BIND = {
    consts.SMPP_ESME_RBINDFAIL: "Tổng đài từ chối đăng nhập.",
    consts.SMPP_ESME_RINVPASWD: "Mật khẩu nối tổng đài không đúng.",
    consts.SMPP_ESME_RINVSYSID: "Tên nối tổng đài không đúng.",
}
Deliver = Callable[[Any], None]


class Unreachable(Exception):
    """The centre cannot be reached or does not let us in; nothing was sent."""


class Broken(Exception):
    """The bind broke while something was under way."""


class Session:
    """One bind as transceiver."""

    def __init__(self, provider: Provider, deliver: Deliver) -> None:
        told = provider.options
        self.timeout = float(told.get("timeout", 10))
        self.deliver = deliver
        self.seen = 0.0
        self._told = told
        self._client: Any = None

    def ensure(self) -> None:
        """Be bound: a bind that was idle is probed, a dead one is made anew."""
        if self._client is not None and time.monotonic() - self.seen > PROBE_AFTER:
            self.probe()
        if self._client is None:
            self._bind()

    def probe(self) -> bool:
        """Ask for a sign of life (enquire_link)."""
        if self._client is None:
            return False
        try:
            sequence = self._send(smpp.make_pdu("enquire_link", client=self._client))
            until = time.monotonic() + self.timeout
            while time.monotonic() < until:
                answer = self.read(until - time.monotonic())
                if answer is not None and answer.sequence == sequence:
                    return True
        except Broken:
            return False
        self.close()
        return False

    def _bind(self) -> None:
        context = ssl.create_default_context() if self._told.get("tls") else None
        client = Client(
            self._told["host"],
            int(self._told["port"]),
            timeout=self.timeout,
            ssl_context=context,
            allow_unknown_opt_params=True,
        )
        try:
            client.connect()
            client.bind_transceiver(
                system_id=str(self._told["system_id"]),
                password=str(self._told["password"]),
                system_type=str(self._told.get("system_type", "")),
            )
        except exceptions.PDUError as trouble:
            self._drop(client)
            code = trouble.args[1] if len(trouble.args) > 1 else 0
            raise Unreachable(REFUSED_TO_BIND.get(code, "Tổng đài từ chối kết nối.")) from trouble
        except (exceptions.ConnectionError, OSError) as trouble:
            self._drop(client)
            raise Unreachable("Không kết nối được với tổng đài tin nhắn.") from trouble
        self._client, self.seen = client, time.monotonic()

    def submit(self, **facts: Any) -> int:
        """Send one submit_sm without waiting for its answer; return its sequence number."""
        return self._send(smpp.make_pdu("submit_sm", client=self._client, **facts))

    def query(self, **facts: Any) -> int:
        """Send one query_sm; return its sequence number."""
        return self._send(smpp.make_pdu("query_sm", client=self._client, **facts))

    def _send(self, pdu: Any) -> int:
        try:
            self._client.send_pdu(pdu)
        except (exceptions.ConnectionError, exceptions.PDUError, OSError) as trouble:
            self.close()
            raise Broken from trouble
        return int(pdu.sequence)

    def read(self, seconds: float) -> Any:
        """The next answer of the centre, or None; reports and probes are seen to on the way."""
        if self._client is None:
            raise Broken
        ready, _, _ = select.select([self._client._socket], [], [], max(seconds, 0.0))
        if not ready:
            return None
        try:
            pdu = self._client.read_pdu()
            self.seen = time.monotonic()
            return self._see_to(pdu)
        except (exceptions.ConnectionError, exceptions.UnknownCommandError, OSError) as trouble:
            self.close()
            raise Broken from trouble

    def _see_to(self, pdu: Any) -> Any:
        if pdu.command == "deliver_sm":
            self.deliver(pdu)
            self._answer("deliver_sm_resp", pdu.sequence)
        elif pdu.command == "enquire_link":
            self._answer("enquire_link_resp", pdu.sequence)
        elif pdu.command == "unbind":
            self._answer("unbind_resp", pdu.sequence)
            self.close()
        else:
            return pdu
        return None

    def _answer(self, command: str, sequence: int) -> None:
        answer = smpp.make_pdu(command, client=self._client)
        answer.sequence = sequence
        self._client.send_pdu(answer)

    def close(self) -> None:
        """Let go of the connection."""
        client, self._client = self._client, None
        if client is not None:
            self._drop(client)

    def unbind(self) -> None:
        """Say good-bye and let go."""
        if self._client is not None:
            with contextlib.suppress(Broken):
                self._send(smpp.make_pdu("unbind", client=self._client))
        self.close()

    @staticmethod
    def _drop(client: Any) -> None:
        client.state = consts.SMPP_CLIENT_STATE_OPEN
        with contextlib.suppress(OSError):
            client.disconnect()
