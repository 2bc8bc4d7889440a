"""The push service of a browser, for stories: hands one push to the one worker of the site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

OBSERVED = ("pushMessaging", "notifications")
# What Chromium writes down of a push that was shown, in this order.
SHOWN = ["Push event dispatched", "Notification displayed", "Push event completed"]
LONGEST = 60.0


@dataclass
class PushService:
    """Hands over a push and waits until the worker is done with it.

    Until then no page may ask which notifications are shown: Chromium takes one that is already
    written down, but not yet on the screen, for one that was closed, and forgets it.
    """

    page: Page
    origin: str
    workers: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        wire: CDPSession = self.page.context.new_cdp_session(self.page)
        wire.on("ServiceWorker.workerVersionUpdated", self._learn)
        wire.on("BackgroundService.backgroundServiceEventReceived", self._note)
        wire.send("ServiceWorker.enable")
        for service in OBSERVED:
            wire.send("BackgroundService.startObserving", {"service": service})
            wire.send("BackgroundService.setRecording", {"service": service, "shouldRecord": True})
        self.wire = wire

    def deliver(self, told: str) -> list[str]:
        """Hand a push over, once; what the browser did with it."""
        self._wait_for(lambda: self._standing() == ["activated"])
        [worker] = [one for one in self.workers.values() if one["status"] == "activated"]
        self.events.clear()
        where = {"origin": self.origin, "registrationId": worker["registrationId"], "data": told}
        self.wire.send("ServiceWorker.deliverPushMessage", where)
        self._wait_for(lambda: SHOWN[-1] in self.events)
        return list(self.events)

    def _learn(self, event: dict[str, Any]) -> None:
        self.workers |= {one["versionId"]: one for one in event["versions"]}

    def _note(self, event: dict[str, Any]) -> None:
        self.events.append(event["backgroundServiceEvent"]["eventName"])

    def _standing(self) -> list[str]:
        """How far every worker is that may still serve."""
        found = [one["status"] for one in self.workers.values()]
        return [status for status in found if status != "redundant"]

    def _wait_for(self, done: Callable[[], bool]) -> None:
        """The browser tells what happens while the page is asked something."""
        end = monotonic() + LONGEST
        while not done():
            assert monotonic() < end, (self.workers, self.events)
            self.page.evaluate("new Promise((later) => setTimeout(later, 10))")
