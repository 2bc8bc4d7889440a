"""Published roots for everyone; proofs for those who may read the record."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from khue.ledger.api import (
    Author,
    Change,
    Operation,
    append_changes,
    check_proof,
    known_keys,
    make_daily_roots,
    seal_new_entries,
)
from khue.portal.jobs import stamp_what_waits
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, Cast, table

OK, LOGIN, REFUSED, MISSING = 200, 302, 403, 404
DAY = "2026-11-20"


@pytest.fixture
def written(cast: Cast) -> dict[str, int]:
    """A change of a pupil and one of a mark of hers, sealed, under the root of their day."""
    where = {"school_id": cast.school.pk, "province_id": cast.school.province_id}
    subjects = {
        "student": f"student:{cast.minh.student.pk}",
        "mark": f"mark:{cast.maths.pk}.1.{cast.minh.student.pk}",
    }
    with scoped(EVERYTHING), transaction.atomic():
        append_changes(
            Operation(Author(1, "Nông Thị Hoa"), NOW),
            [Change(one, "change", "Họ tên", "A", "B", **where) for one in subjects.values()],
        )
        seal_new_entries(now=NOW)
        make_daily_roots(now=NOW + timedelta(days=2))
        entries = table("ledger.Entry").objects
        return {name: entries.filter(subject=one).latest("pk").pk for name, one in subjects.items()}


def proof_of_student(cast: Cast, written: dict[str, int]) -> str:
    return reverse("portal.proof", args=[f"student:{cast.minh.student.pk}", written["student"]])


def proof_of_mark(cast: Cast, written: dict[str, int]) -> str:
    return reverse("gradebook.proof", args=[written["mark"]])


TABLE: list[tuple[Any, dict[str, int]]] = [
    (
        proof_of_student,
        {"mai": OK, "thu": OK, "dung": OK, "hoa": REFUSED, "lan": REFUSED, "nobody": LOGIN},
    ),
    (
        proof_of_mark,
        {"hoa": OK, "mai": OK, "nam": MISSING, "lan": REFUSED, "nobody": LOGIN},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("address", "people"), TABLE)
def test_who_may_read_an_entry_may_take_its_proof(
    cast: Cast, written: dict[str, int], address: Any, people: dict[str, int]
) -> None:
    for person, status in people.items():
        answer = cast.client(person).get(address(cast, written))
        assert (person, answer.status_code) == (person, status)
        if status == OK:
            assert check_proof(answer.content, keys=known_keys()).holds


def test_a_proof_is_not_reached_through_another_record(cast: Cast, written: dict[str, int]) -> None:
    student = f"student:{cast.minh.student.pk}"
    wrong = reverse("portal.proof", args=[student, written["mark"]])
    assert cast.client("mai").get(wrong).status_code == MISSING
    not_a_mark = reverse("gradebook.proof", args=[written["student"]])
    assert cast.client("mai").get(not_a_mark).status_code == MISSING


def test_an_entry_that_waits_is_told(cast: Cast, written: dict[str, int]) -> None:
    subject = f"student:{cast.minh.student.pk}"
    with scoped(EVERYTHING):
        waiting = table("ledger.Entry").objects.create(
            at=NOW, actor_name="Ai đó", school_id=cast.school.pk, subject=subject, action="change"
        )
    answer = cast.client("mai").get(reverse("portal.proof", args=[subject, waiting.pk]))
    assert answer.status_code == 409
    assert "chưa được niêm phong" in answer.content.decode()


def test_the_history_offers_a_proof_of_what_is_sealed(cast: Cast, written: dict[str, int]) -> None:
    page = reverse("portal.history", args=[f"student:{cast.minh.student.pk}"])
    assert proof_of_student(cast, written) in cast.client("mai").get(page).content.decode()


def test_everyone_reads_the_roots_and_none_tells_a_name(
    cast: Cast, written: dict[str, int]
) -> None:
    client = cast.client("nobody")
    page = client.get("/so-cai/goc/").content.decode()
    assert "20/11/2026" in page
    assert "Nông Thị Hoa" not in page
    root = client.get(reverse("portal.root_of_day", args=[DAY]))
    assert json.loads(root.content)["day"] == DAY
    assert client.get(reverse("portal.all_roots")).content.startswith(root.content + b"\n")
    assert client.get(reverse("portal.stamp_of_root", args=[DAY])).status_code == MISSING
    assert client.get(reverse("portal.root_of_day", args=["hom-qua"])).status_code == MISSING
    assert client.get(reverse("portal.roots") + "?nam=1999").status_code == OK


def test_a_root_without_an_authority_in_reach_waits_for_its_stamp(
    cast: Cast, written: dict[str, int], settings: Any
) -> None:
    settings.TSA_URL = "http://127.0.0.1:9/"
    with scoped(EVERYTHING):
        assert stamp_what_waits() == 0


def test_a_root_is_stamped_by_the_authority(
    cast: Cast, written: dict[str, int], settings: Any, pki: Any, authority: Any
) -> None:
    for kind, held in [("root", pki.trust.roots[0]), ("time", pki.trust.time_roots[0])]:
        _trust(kind, held)
    settings.TSA_URL = authority.tsa_url
    with scoped(EVERYTHING):
        assert stamp_what_waits() > 0
        assert stamp_what_waits() == 0
    answer = cast.client("nobody").get(reverse("portal.stamp_of_root", args=[DAY]))
    assert answer.headers["Content-Type"] == "application/timestamp-token"


def _trust(kind: str, held: bytes) -> None:
    table("signing.TrustedCertificate").objects.create(
        kind=kind,
        certificate=held,
        fingerprint=kind,
        name=kind,
        valid_from=NOW,
        valid_to=NOW,
        added_by="Phép thử",
        added_at=NOW,
    )
