"""Books and lists of a class go to their signers in order, and come back signed in their places."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from khue.access.api import OutsidePlace, Refused
from khue.gradebook.services.signing import (
    HAND_IN,
    hand_in_paper,
    open_book_signing,
    open_class_signing,
)
from khue.signing.queries.documents import content_of
from khue.signing.rules.pades import read_pades
from khue.signing.services.bulk import sign_slice
from khue.signing.tests.pki import Authority, Pki
from khue.signing.tests.signwork import (
    PIN,
    credential,
    document,
    ids,
    now,
    requests,
    seal_credential,
    trust,
)
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, TODAY, Cast, table

LISTS = "/trinh-ky/lop/{}/len-lop/"


@pytest.fixture
def office(cast: Cast, pki: Pki, authority: Authority, settings: Any, tmp_path: Path) -> Cast:
    settings.DATA_DIR = tmp_path
    settings.TSA_URL = authority.tsa_url
    settings.SIGNING_LEVEL = "B-LT"
    with scoped(EVERYTHING):
        trust(pki)
    return cast


def signed_by(cast: Cast, who: str, card: int) -> int:
    with scoped(EVERYTHING):
        outcome = sign_slice(
            actor=cast.people[who].actor,
            now=now(),
            credential_id=card,
            secret=PIN,
            request_ids=ids(),
            batch=uuid4(),
        )
    assert outcome.trouble == ""
    return outcome.done


def hand_in_list(cast: Cast) -> int:
    with scoped(EVERYTHING):
        paper = open_class_signing(cast.binh.actor, cast.school_class.pk, "len-lop", NOW)
        return hand_in_paper(actor=cast.binh.actor, now=NOW, paper=paper)


def test_a_list_is_signed_by_homeroom_principal_and_seal_in_this_order(
    office: Cast, pki: Pki, tmp_path: Path
) -> None:
    made = hand_in_list(office)
    assert [row.role for row in requests()] == ["Giáo viên chủ nhiệm", "Hiệu trưởng", "Con dấu số"]
    mai = credential(office, pki, "mai")
    assert signed_by(office, "mai", mai) == 0
    assert signed_by(office, "binh", credential(office, pki, "binh")) == 1
    assert signed_by(office, "mai", mai) == 1
    assert signed_by(office, "thu", seal_credential(office, pki)) == 1
    row = document(made)
    assert row.state == "signed"
    found = read_pades(content_of(row))
    assert [one.intact for one in found] == [True] * 3
    assert all(one.timestamps for one in found)
    _accepted_by_poppler(content_of(row), tmp_path / "list.pdf")


def _accepted_by_poppler(content: bytes, file: Path) -> None:
    program = shutil.which("pdfsig")
    assert program, "pdfsig (poppler-utils) is missing"
    file.write_bytes(content)
    said = subprocess.run(
        [program, "-nocert", str(file)], capture_output=True, check=True, text=True
    )
    assert said.stdout.count("Signature is Valid.") == 3


def test_the_book_of_a_subject_begins_with_its_teacher(office: Cast) -> None:
    with scoped(EVERYTHING):
        paper = open_book_signing(office.hoa.actor, office.maths.pk, 1, NOW)
        assert "còn ghi được" in paper.warning
        hand_in_paper(actor=office.hoa.actor, now=NOW, paper=paper)
    rows = requests()
    assert rows[0].account_id == office.hoa.account.pk
    assert [row.step for row in rows] == [1, 2, 3, 4]
    assert document(int(rows[0].key.split(".")[0])).looks[0]["page"] >= 0


def test_without_somebody_who_must_sign_nothing_is_handed_in(office: Cast) -> None:
    with scoped(EVERYTHING):
        office.mai.staff.account = None
        office.mai.staff.save()
        paper = open_class_signing(office.binh.actor, office.school_class.pk, "len-lop", NOW)
        with pytest.raises(Refused, match="chưa có tài khoản"):
            hand_in_paper(actor=office.binh.actor, now=NOW, paper=paper)
    assert requests() == []


def test_a_teacher_hands_in_her_own_book_only(office: Cast) -> None:
    with scoped(EVERYTHING):
        with pytest.raises(Refused):
            open_class_signing(office.hoa.actor, office.school_class.pk, "len-lop", NOW)
        with pytest.raises((OutsidePlace, Refused)):
            open_book_signing(office.hoa.actor, office.literature.pk, 1, NOW)
        with pytest.raises(OutsidePlace):
            open_class_signing(office.binh.actor, office.school_class.pk, "khong-co", NOW)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("binh", 200),
        ("mai", 200),
        ("thu", 200),
        ("hoa", 403),
        ("nam", 404),
        ("dung", 403),
        ("lan", 403),
        ("nobody", 302),
    ],
)
def test_who_opens_the_page_that_hands_in(office: Cast, who: str, status: int) -> None:
    assert HAND_IN
    path = LISTS.format(office.school_class.pk)
    assert office.client(who).get(path).status_code == status


def test_the_page_hands_in_and_then_shows_how_far_it_is(office: Cast) -> None:
    client, path = office.client("binh"), LISTS.format(office.school_class.pk)
    page = client.get(path).content.decode()
    assert page.index(office.binh.name) < page.index("Hiệu trưởng")
    answer = client.post(path, follow=True)
    assert "Đã trình ký" in answer.content.decode()
    of_class = client.get(f"/trinh-ky/lop/{office.school_class.pk}/").content.decode()
    assert "Đã ký 0/3" in of_class
    assert "Đã ký 0/3" in client.get(path).content.decode()


def test_a_subject_book_prints_alone(office: Cast) -> None:
    answer = office.client("hoa").get(f"/trinh-ky/mon/{office.maths.pk}/1/ban-in/")
    assert answer.content.startswith(b"%PDF")


def test_the_register_of_a_year_is_signed_by_principal_and_seal(office: Cast, pki: Pki) -> None:
    with scoped(EVERYTHING):
        table("records.RegisterEntry").objects.create(
            school=office.school,
            student=office.minh.student,
            number=1,
            entered_on=TODAY,
        )
    path = f"/trinh-ky/truong/{office.school.pk}/so-dang-bo/{TODAY.year}/"
    client = office.client("thu")
    assert client.get(f"{path}ban-in/").content.startswith(b"%PDF")
    assert "Đã trình ký" in client.post(path, follow=True).content.decode()
    assert signed_by(office, "mai", credential(office, pki, "mai")) == 1
    assert signed_by(office, "thu", seal_credential(office, pki)) == 1
    assert document(int(requests()[0].key.split(".")[0])).state == "signed"
    assert "Đã ký đủ" in client.get("/trinh-ky/").content.decode()
    assert office.client("binh").get(path).status_code == 403
    assert office.client("nam").get(path).status_code == 404
