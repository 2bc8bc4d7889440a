"""Thiết bị: what a browser calls itself, in words a person recognises."""

from __future__ import annotations

BROWSERS = (
    ("coc_coc", "Cốc Cốc"),
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("samsungbrowser", "Samsung Internet"),
    ("firefox", "Firefox"),
    ("fxios", "Firefox"),
    ("crios", "Chrome"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
)
SYSTEMS = (
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("android", "Android"),
    ("windows", "Windows"),
    ("cros", "ChromeOS"),
    ("mac os", "máy Mac"),
    ("linux", "Linux"),
)


def describe_device(agent: str) -> str:
    """ "Chrome trên Windows", or "Thiết bị khác" when nothing is recognised."""
    told = agent.lower()
    browser = next((name for mark, name in BROWSERS if mark in told), "")
    system = next((name for mark, name in SYSTEMS if mark in told), "")
    if browser and system:
        return f"{browser} trên {system}"
    return browser or system or "Thiết bị khác"
