"""The installed app: one worker for the whole site, a manifest, icons that any mask may cut."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image

from kit.assets import DIST, PREFIX

MIDDLE = 0.4


def test_the_worker_stands_at_the_root_and_is_asked_anew_each_time(db: None) -> None:
    answer = Client().get("/sw.js")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Service-Worker-Allowed"] == "/"
    assert answer["Cache-Control"] == "no-cache"
    assert b"import " not in answer.content
    again = Client().get("/sw.js", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_a_page_may_start_a_worker_of_its_own_site_only(db: None) -> None:
    policy = Client().get("/dang-nhap/")["Content-Security-Policy"]
    assert "worker-src 'self';" in policy


@pytest.fixture
def manifest(db: None) -> dict[str, object]:
    answer = Client().get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    told: dict[str, object] = json.loads(answer.content)
    return told


def test_the_manifest_has_what_a_phone_asks_for(manifest: dict[str, object]) -> None:
    assert manifest["short_name"] == "Khuê"
    assert manifest["display"] == "standalone"
    assert manifest["start_url"] == manifest["scope"] == "/"
    assert "manifest.webmanifest" in Client().get("/dang-nhap/").content.decode()


def test_every_icon_is_a_picture_of_the_size_it_names(manifest: dict[str, object]) -> None:
    icons = manifest["icons"]
    assert isinstance(icons, list)
    assert {(one["sizes"], one["purpose"]) for one in icons} == {
        (size, purpose) for size in ("192x192", "512x512") for purpose in ("any", "maskable")
    }
    for one in icons:
        assert f"{_picture(one['src']).width}x{_picture(one['src']).height}" == one["sizes"]


def test_a_mask_cuts_nothing_of_the_star(manifest: dict[str, object]) -> None:
    """Outside the circle of four fifths a maskable icon is one colour without a hole."""
    picture = _picture(f"{PREFIX}worker/khue-maskable-192.png").convert("RGBA")
    middle, safe = picture.width / 2, picture.width * MIDDLE
    outside = {
        picture.getpixel((x, y))
        for x in range(picture.width)
        for y in range(picture.height)
        if (x + 0.5 - middle) ** 2 + (y + 0.5 - middle) ** 2 > safe**2
    }
    assert outside == {(0x4F, 0x2A, 0x93, 255)}


def _picture(address: str) -> Image.Image:
    file = DIST / Path(address.removeprefix(PREFIX))
    return Image.open(BytesIO(file.read_bytes()))
