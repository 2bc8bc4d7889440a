"""SMS qua SMPP 3.4: a window of messages under way, parts with a header, receipts, replies."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from django.utils import timezone
from smpplib import consts

from khue.messaging.rules.outcomes import Letter, Outcome, Report, Verdict
from khue.messaging.rules.receipts import as_decimal, read_receipt, report_of_state
from khue.messaging.rules.segments import (
    GSM7,
    concatenation_header,
    decode_gsm,
    encode_part,
    encoding_of,
    parts_of,
)
from khue.messaging.services.channels.smpp_session import Broken, Session, Unreachable
from khue.messaging.services.inbound import receive
from khue.messaging.services.providers import Provider, Sender
from khue.messaging.services.recording import apply_report
from kit.phone import parse_phone, phone_e164
from kit.refusal import Refusal

RECEIPT, HEADER_INSIDE = 0x04, 0x40
CODINGS = {GSM7: 0, "UCS2": 8}
SLOW_DOWN = frozenset({consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL})
PASSING = frozenset(
    {consts.SMPP_ESME_RSYSERR, consts.SMPP_ESME_RX_T_APPN, consts.SMPP_ESME_RSUBMITFAIL}
)
SENTENCES = {
    consts.SMPP_ESME_RINVDSTADR: "Nhà mạng báo số điện thoại không nhận được tin.",
    consts.SMPP_ESME_RINVSRCADR: "Nhà mạng không nhận tên người gửi này.",
    consts.SMPP_ESME_RINVMSGLEN: "Nhà mạng báo tin quá dài.",
}
ALPHANUMERIC, NATIONAL, INTERNATIONAL, ISDN = 5, 0, 1, 1
AGAIN_AFTER = (0.5, 1.0, 2.0, 4.0)


@dataclass
class Tally:
    """What is known of the parts of one letter."""

    letter: Letter
    encoding: str
    parts: list[str]
    left: list[int] = field(default_factory=list)
    accepted: dict[str, str] = field(default_factory=dict)
    errors: list[int] = field(default_factory=list)
    silent: int = 0

    def outcome(self) -> Outcome:
        """What became of the letter as a whole."""
        if len(self.accepted) == len(self.parts):
            return Outcome(Verdict.ACCEPTED, self.accepted)
        if self.silent:
            return Outcome(Verdict.UNKNOWN, self.accepted, "Tổng đài không trả lời khi đang gửi.")
        if self.accepted:
            told = f"Nhà mạng chỉ nhận {len(self.accepted)}/{len(self.parts)} phần của tin."
            return Outcome(Verdict.UNKNOWN, self.accepted, told)
        return self._not_sent()

    def _not_sent(self) -> Outcome:
        hard = [code for code in self.errors if code not in SLOW_DOWN | PASSING]
        if hard:
            told = SENTENCES.get(hard[0], f"Nhà mạng từ chối (mã {hard[0]}).")
            return Outcome(Verdict.FAILED, {}, told)
        if any(code in PASSING for code in self.errors):
            return Outcome(Verdict.LATER, {}, "Tổng đài đang bận.")
        return Outcome(Verdict.LATER, {}, "Tổng đài nhận chậm lại.", counts=False)


class SmppSender:
    """A long-lived bind; `close` keeps it for the next turn."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.window = int(provider.options.get("window", 10))
        self.session = Session(provider, self._deliver)
        self._under_way: dict[int, tuple[Tally, int]] = {}

    def send(self, letters: Sequence[Letter]) -> Mapping[int, Outcome]:
        """Submit with at most a window under way; what was not answered is unknown."""
        tallies = [self._tally(letter) for letter in letters]
        try:
            self.session.ensure()
        except Unreachable as trouble:
            told = Outcome(Verdict.LATER, {}, str(trouble), counts=False)
            return {letter.id: told for letter in letters}
        try:
            self._submit_all(tallies)
        except Broken:
            self._nothing_more_comes()
        return {tally.letter.id: tally.outcome() for tally in tallies}

    def _tally(self, letter: Letter) -> Tally:
        parts = parts_of(letter.text)
        return Tally(letter, encoding_of(letter.text), parts, list(range(len(parts))))

    def _submit_all(self, tallies: Sequence[Tally]) -> None:
        for tally in tallies:
            if self._told_to_slow_down(tallies):
                break
            self._submit(tally)
        self._collect(down_to=0)
        for pause in AGAIN_AFTER:
            half = [tally for tally in tallies if tally.left and tally.accepted]
            if not half:
                return
            time.sleep(pause)
            for tally in half:
                self._submit(tally)
            self._collect(down_to=0)

    @staticmethod
    def _told_to_slow_down(tallies: Sequence[Tally]) -> bool:
        return any(code in SLOW_DOWN for tally in tallies for code in tally.errors)

    def _submit(self, tally: Tally) -> None:
        numbers, tally.left, tally.errors = tally.left, [], []
        for place, number in enumerate(numbers):
            self._collect(down_to=self.window - 1)
            if tally.left or tally.errors:
                tally.left += numbers[place:]
                return
            try:
                sequence = self.session.submit(**self._facts(tally, number))
            except Broken:
                tally.silent += 1
                raise
            self._under_way[sequence] = (tally, number)

    def _facts(self, tally: Tally, number: int) -> dict[str, Any]:
        octets = encode_part(tally.parts[number], tally.encoding)
        several = len(tally.parts) > 1
        if several:
            octets = concatenation_header(tally.letter.id, len(tally.parts), number + 1) + octets
        sender = str(self.provider.options["sender"])
        digits = sender.isdigit()
        return {
            "service_type": str(self.provider.options.get("service_type", "")),
            "source_addr_ton": NATIONAL if digits else ALPHANUMERIC,
            "source_addr_npi": ISDN if digits else 0,
            "source_addr": sender,
            "dest_addr_ton": INTERNATIONAL,
            "dest_addr_npi": ISDN,
            "destination_addr": phone_e164(tally.letter.address).removeprefix("+"),
            "esm_class": HEADER_INSIDE if several else 0,
            "data_coding": CODINGS[tally.encoding],
            "registered_delivery": 1,
            "user_message_reference": tally.letter.id & 0xFFFF,
            "short_message": octets,
        }

    def _collect(self, *, down_to: int) -> None:
        until = time.monotonic() + self.session.timeout
        while len(self._under_way) > down_to:
            answer = self.session.read(until - time.monotonic())
            if answer is not None and answer.command == "submit_sm_resp":
                self._answered(answer)
            elif answer is None and time.monotonic() >= until:
                self.session.close()
                raise Broken

    def _answered(self, answer: Any) -> None:
        tally, number = self._under_way.pop(answer.sequence, (None, 0))
        if tally is None:
            return
        if answer.status == consts.SMPP_ESME_ROK:
            reference = self._own_form(bytes(answer.message_id or b"").decode("ascii", "replace"))
            tally.accepted[reference] = Report.UNDERWAY
        else:
            tally.errors.append(answer.status)
            if answer.status in SLOW_DOWN:
                tally.left.append(number)

    def _nothing_more_comes(self) -> None:
        for tally, _ in self._under_way.values():
            tally.silent += 1
        self._under_way.clear()

    def _own_form(self, reference: str) -> str:
        decimal = self.provider.options.get("receipt_ids") == "decimal"
        return as_decimal(reference) if decimal else reference

    def ask(self, letter: Letter) -> Outcome | None:
        """query_sm for each part; a centre knows a message only by its own reference."""
        if not letter.references:
            return None
        try:
            self.session.ensure()
            reports = {one: self._query(one) for one in letter.references}
        except (Unreachable, Broken):
            return None
        if None in reports.values():
            return None
        known = {one: str(report) for one, report in reports.items()}
        if Report.FAILED in known.values():
            return Outcome(Verdict.FAILED, known, "Nhà mạng báo không đến được máy nhận.")
        arrived = set(known.values()) == {Report.DELIVERED}
        return Outcome(Verdict.DELIVERED if arrived else Verdict.ACCEPTED, known)

    def _query(self, reference: str) -> Report | None:
        sender = str(self.provider.options["sender"])
        sequence = self.session.query(
            message_id=reference,
            source_addr_ton=NATIONAL if sender.isdigit() else ALPHANUMERIC,
            source_addr_npi=ISDN if sender.isdigit() else 0,
            source_addr=sender,
        )
        until = time.monotonic() + self.session.timeout
        while time.monotonic() < until:
            answer = self.session.read(until - time.monotonic())
            if answer is not None and answer.sequence == sequence:
                return None if answer.status else report_of_state(answer.message_state)
        return None

    def listen(self, seconds: float) -> None:
        """Read reports and replies for a while."""
        until = time.monotonic() + seconds
        try:
            self.session.ensure()
            while (left := until - time.monotonic()) > 0:
                self.session.read(left)
        except (Unreachable, Broken):
            return

    def close(self) -> None:
        """The bind stays open in this process."""

    def _deliver(self, pdu: Any) -> None:
        text = _text_of(pdu)
        if int(pdu.esm_class or 0) & 0x3C == RECEIPT:
            self._report(pdu, text)
            return
        receive(
            provider=self.provider.name,
            sender=bytes(pdu.source_addr or b"").decode("ascii", "replace"),
            number=bytes(pdu.destination_addr or b"").decode("ascii", "replace"),
            text=text,
            now=timezone.now(),
        )

    def _report(self, pdu: Any, text: str) -> None:
        given = bytes(pdu.receipted_message_id or b"").decode("ascii", "replace")
        receipt = read_receipt(text, given, pdu.message_state)
        if receipt is None:
            return
        phone = parse_phone(bytes(pdu.source_addr or b"").decode("ascii", "replace"))
        apply_report(
            provider=self.provider.name,
            reference=receipt.reference,
            report=receipt.report,
            now=timezone.now(),
            phone="" if isinstance(phone, Refusal) else phone,
            hint=pdu.user_message_reference,
        )


def _text_of(pdu: Any) -> str:
    octets = bytes(pdu.short_message or pdu.message_payload or b"")
    if int(pdu.esm_class or 0) & HEADER_INSIDE and octets:
        octets = octets[octets[0] + 1 :]
    if pdu.data_coding == CODINGS["UCS2"]:
        return octets.decode("utf-16-be", "replace")
    return octets.decode("latin-1") if pdu.data_coding == 3 else decode_gsm(octets)


_binds: dict[str, SmppSender] = {}
_one_at_a_time = Lock()


def open_smpp(provider: Provider) -> Sender:
    """The bind of this process to a provider; changed settings make a new one."""
    with _one_at_a_time:
        known = _binds.get(provider.name)
        if known is None or known.provider != provider:
            if known is not None:
                known.session.unbind()
            known = _binds[provider.name] = SmppSender(provider)
    return known


def unbind_all() -> None:
    """Say good-bye to every centre."""
    with _one_at_a_time:
        while _binds:
            _binds.popitem()[1].session.unbind()
