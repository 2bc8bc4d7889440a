"""Bàn tra cứu: the whole of results day in one callable."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from urllib.parse import unquote_plus

from khue.answers.rules import pages
from khue.answers.rules.keys import purpose_key, tidy_number, tidy_secret
from khue.answers.rules.throttle import Buckets, Places, Turnstile, network_of
from khue.answers.rules.tickets import GOOD_FOR, Ticket, read_ticket, write_ticket
from khue.answers.serving import replies
from khue.answers.serving.answer_file import NotOurs
from khue.answers.serving.replies import Environ, Reply, StartResponse, send
from khue.answers.serving.shelf import Open, Shelf

MOST_BYTES = 2_000
MOST_FIELDS = 8
WHILE_BUSY = 2.0
MOST_TICKETS = 100_000
UNHEARD = "Không đọc được những gì đã gửi. Hãy mở lại trang tra cứu và gõ lại."
AWAY = "Địa chỉ này không có kết quả nào đang công bố. Có thể kì công bố đã kết thúc."


@dataclass(frozen=True)
class Limits:
    """How much one process lets through.

    `per_second` look-ups, `at_once` of them without a pause, `places` at the same moment; wrong
    guesses of one network: `guesses` at once, then one each `guess_seconds`; of one number:
    `number_guesses` at once, then one each `number_seconds`.
    """

    per_second: float = 1500.0
    at_once: int = 1500
    places: int = 64
    guesses: int = 30
    guess_seconds: float = 4.0
    number_guesses: int = 10
    number_seconds: float = 180.0


@dataclass
class Desk:
    """A WSGI application; everything it knows stands in one folder and one key."""

    folder: Path
    key_hex: str
    limits: Limits = field(default_factory=Limits)
    proxies: int = 0
    clock: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        wanted = self.limits
        self.shelf = Shelf(self.folder, self.key_hex)
        self.networks = Buckets(wanted.guesses, wanted.guess_seconds)
        self.numbers = Buckets(wanted.number_guesses, wanted.number_seconds)
        self.turnstile = Turnstile(wanted.per_second, wanted.at_once)
        self.places = Places(wanted.places)
        self.used: dict[str, float] = {}
        self._lock = threading.Lock()
        self._ticket_key = purpose_key(self.key_hex, "ticket")

    def __call__(self, asked: Environ, start: StartResponse) -> Iterable[bytes]:
        try:
            reply = self._reply(asked)
        except NotOurs:
            reply = replies.html(pages.sentence_page("Chưa tra được", AWAY), 503, wait=60)
        return send(reply, asked, start)

    def _reply(self, asked: Environ) -> Reply:
        method, path = asked["REQUEST_METHOD"], asked.get("PATH_INFO", "")
        slug, _, rest = path.removeprefix(pages.HOME).partition("/")
        if method == "POST" and not rest:
            return self._asked(asked, slug)
        if method not in {"GET", "HEAD"}:
            return replies.html(pages.sentence_page("Chưa tra được", UNHEARD), 405)
        if rest.startswith("cho/"):
            return self._came_back(asked, slug, rest.removeprefix("cho/").strip("/"))
        return self._shown(slug, rest)

    def _shown(self, slug: str, rest: str) -> Reply:
        """A page that asks nothing: the front, a form, the style sheet."""
        standing, now = self.shelf.standing(), self.clock()
        if slug == pages.STYLE_NAME:
            return replies.STYLE_SHEET
        if not slug and len(standing.by_slug) == 1:
            slug = next(iter(standing.by_slug))
        elif not slug:
            return Reply(200, standing.front)
        found = standing.by_slug.get(slug)
        if found is None or rest:
            return _away()
        return Reply(200, found.form if now >= found.opens else found.closed)

    def _asked(self, asked: Environ, slug: str) -> Reply:
        found = self.shelf.standing().by_slug.get(slug)
        if found is None:
            return _away()
        typed = read_form(asked)
        if typed is None:
            return replies.html(pages.sentence_page("Chưa tra được", UNHEARD), 413)
        if self.clock() < found.opens:
            return Reply(403, found.closed)
        number = tidy_number(typed.get("number", ""))
        secret = tidy_secret(typed.get("secret", ""), found.told.kind)
        if not number or not secret:  # nothing to look up, and no guess
            return self._again(asked, found, 422, pages.missing_sentence(found.told.kind))
        return self._in_turn(asked, found, number, secret)

    def _in_turn(self, asked: Environ, found: Open, number: str, secret: str) -> Reply:
        now = self.clock()
        turn = self.turnstile.turn(now)
        if turn is None:
            return _full(found, asked)
        if turn > now:
            return self._queue(asked, found, Ticket(found.told.slug, number, secret, turn))
        return self._at_the_desk(asked, found, number, secret)

    def _at_the_desk(self, asked: Environ, found: Open, number: str, secret: str) -> Reply:
        if not self.places.enter():
            later = Ticket(found.told.slug, number, secret, self.clock() + WHILE_BUSY)
            return self._queue(asked, found, later)
        try:
            return self._looked_up(asked, found, number, secret)
        finally:
            self.places.leave()

    def _looked_up(self, asked: Environ, found: Open, number: str, secret: str) -> Reply:
        network, now = network_of(address_of(asked, self.proxies)), self.clock()
        counted = f"{found.told.slug} {number}"
        wait = max(self.networks.wait(network, now), self.numbers.wait(counted, now))
        if wait:
            return self._again(asked, found, 429, pages.too_many_sentence(wait), wait)
        answer = found.file.find(number, secret)
        if answer is not None:
            return replies.answer_as(answer, asked)
        self.networks.take(network, now)
        self.numbers.take(counted, now)
        return self._again(asked, found, 404, pages.wrong_sentence(found.told.kind))

    def _again(
        self, asked: Environ, found: Open, status: int, sentence: str, wait: float = 0
    ) -> Reply:
        """The form once more, with what to do."""
        told, seconds = found.told, ceil(wait)
        if replies.wants_json(asked):
            return _as_json({"error": sentence}, status, seconds)
        text = pages.form_page(told.title, told.owner, told.kind, told.slug, sentence=sentence)
        return replies.html(text, status, seconds)

    def _queue(self, asked: Environ, found: Open, ticket: Ticket) -> Reply:
        address = f"{pages.HOME}{ticket.slug}/cho/{write_ticket(ticket, self._ticket_key)}/"
        return _waiting(asked, found, address, ticket.turn - self.clock())

    def _came_back(self, asked: Environ, slug: str, text: str) -> Reply:
        """Someone with a ticket: answered once when the turn has come, else told how long."""
        now = self.clock()
        found = self.shelf.standing().by_slug.get(slug)
        ticket = read_ticket(text, self._ticket_key, now)
        if found is None or ticket is None or ticket.slug != slug:
            return _away()
        if now < ticket.turn:
            address = f"{pages.HOME}{slug}/cho/{text}/"
            return _waiting(asked, found, address, ticket.turn - now)
        if not self._first_use(text, now):
            return self._in_turn(asked, found, ticket.number, ticket.secret)
        return self._at_the_desk(asked, found, ticket.number, ticket.secret)

    def _first_use(self, text: str, now: float) -> bool:
        """A ticket passes the turnstile once; whoever comes again with it stands in line again."""
        with self._lock:
            if len(self.used) > MOST_TICKETS:
                self.used = {key: until for key, until in self.used.items() if until > now}
            first = text not in self.used
            self.used[text] = now + GOOD_FOR
        return first


def _waiting(asked: Environ, found: Open, address: str, seconds: float) -> Reply:
    whole = max(1, int(seconds) + 1)
    if replies.wants_json(asked):
        return _as_json({"wait": whole, "next": address}, 202, whole)
    text = pages.queue_page(found.told.title, found.told.owner, whole, address)
    return replies.html(text, 202, whole)


def _full(found: Open, asked: Environ) -> Reply:
    if replies.wants_json(asked):
        return _as_json({"error": "Hàng chờ đang quá dài."}, 503, 120)
    return replies.html(pages.full_page(found.told.title, found.told.owner), 503, 120)


def _as_json(told: dict[str, object], status: int, wait: int = 0) -> Reply:
    body = json.dumps(told, ensure_ascii=False).encode()
    return Reply(status, body, replies.JSON, wait=wait)


def _away() -> Reply:
    return replies.html(pages.sentence_page("Không có kết quả ở đây", AWAY), 404)


def read_form(asked: Environ) -> dict[str, str] | None:
    """The fields of a small form; None for anything else."""
    try:
        length = int(asked.get("CONTENT_LENGTH") or 0)
        if not 0 < length <= MOST_BYTES:
            return None
        fields = asked["wsgi.input"].read(length).decode().split("&")
        return dict(map(_field, fields)) if len(fields) <= MOST_FIELDS else None
    except ValueError:
        return None


def _field(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, unquote_plus(value) if "%" in value or "+" in value else value


def address_of(asked: Environ, proxies: int) -> str:
    """The address of the browser; a forwarded one counts only behind our own proxies."""
    if not proxies:
        return str(asked.get("REMOTE_ADDR", ""))
    told = str(asked.get("HTTP_X_FORWARDED_FOR", ""))
    seen = [*(one.strip() for one in told.split(",")), str(asked.get("REMOTE_ADDR", ""))]
    return seen[max(len(seen) - 1 - proxies, 0)]
