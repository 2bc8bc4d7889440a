"""What is published at this moment, held open; a new pointer is noticed without a restart."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from khue.answers.rules.pages import closed_page, form_page, list_page
from khue.answers.serving.answer_file import AnswerFile, NotOurs
from khue.answers.serving.pointer import NAME, Published, read_pointer

log = logging.getLogger("khue.answers")
LOOK_EVERY = 0.5
Stamp = tuple[int, int, int]
NOTHING: Stamp = (0, 0, 0)


@dataclass(frozen=True)
class Open:
    """One publication with its file and its pages, ready to be sent."""

    told: Published
    file: AnswerFile
    opens: float
    form: bytes
    closed: bytes


@dataclass(frozen=True)
class Standing:
    """Everything that is published at one moment."""

    stamp: Stamp = NOTHING
    by_slug: dict[str, Open] = field(default_factory=dict)
    front: bytes = b""


class Shelf:
    """Looks at the pointer now and then, and changes over at one stroke.

    What cannot be read leaves everything as it stood: the old answers are better than none.
    """

    def __init__(
        self, folder: Path, key_hex: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.folder = folder
        self._key = key_hex
        self._clock = clock
        self._look_at = 0.0
        self._lock = threading.Lock()
        self._standing = Standing(front=list_page([]).encode())
        self._refused = NOTHING

    def standing(self) -> Standing:
        """What is published now."""
        if self._clock() >= self._look_at and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._standing

    def _look(self) -> None:
        self._look_at = self._clock() + LOOK_EVERY
        stamp = _stamp(self.folder / NAME)
        if stamp not in (self._standing.stamp, self._refused):
            self._change_over(stamp)

    def _change_over(self, stamp: Stamp) -> None:
        try:
            self._standing = self._opened(stamp)
        except (OSError, ValueError, KeyError, TypeError, NotOurs) as trouble:
            self._refused = stamp
            log.error("the new pointer is not followed: %s", type(trouble).__name__)

    def _opened(self, stamp: Stamp) -> Standing:
        if stamp == NOTHING:
            return Standing(front=list_page([]).encode())
        published = read_pointer((self.folder / NAME).read_text())
        held = {one.slug: self._open(one) for one in published}
        front = list_page([(one.slug, one.title, one.owner) for one in published])
        return Standing(stamp, held, front.encode())

    def _open(self, told: Published) -> Open:
        before = self._standing.by_slug.get(told.slug)
        if before and before.told.file == told.file:
            file = before.file
        else:
            file = AnswerFile(self.folder / Path(told.file).name, self._key)
        return Open(
            told,
            file,
            told.opens_at.timestamp(),
            form_page(told.title, told.owner, told.kind, told.slug).encode(),
            closed_page(told.title, told.owner, told.opens_at).encode(),
        )


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except FileNotFoundError:
        return NOTHING
    return found.st_mtime_ns, found.st_ino, found.st_size
