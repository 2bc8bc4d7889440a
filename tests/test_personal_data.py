"""What the law calls personal stays where it belongs: not in addresses, logs, ledger or errors."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from khue.access.api import Role, scope_of
from khue.intake.tests.sheets import workbook
from khue.records.api import GuardianFacts, add_guardian, open_guardian_account, request_transfer
from khue.records.services.transfers import accept_transfer
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import NOW, TODAY, YEAR, Cast, Person, make_account, make_grant, table
from tests.test_every_form import content

NUMBER, OTHER_NUMBER, THIRD_NUMBER = "020213000123", "020213000456", "020313000789"
ILLNESS, PASSWORD = "bệnh tim bẩm sinh hiếm gặp", "sông lô nước trong veo"
SECRETS = (NUMBER, OTHER_NUMBER, THIRD_NUMBER, ILLNESS, PASSWORD)
NEW = {"name": "Lò Thị Nga", "sex": "F", "born": "09/03/2013", "personal_number": NUMBER}


SQL = "django.db.backends"  # switched on by this test only; silent in the product
FATHER = GuardianFacts(name="Triệu Văn Cha", relation="father", phone="0912000555")


class Walk:
    """A browser that remembers every address it was sent to and every error page."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.addresses: list[str] = []
        self.errors: list[str] = []
        self.last = ""

    def post(self, address: str, data: dict[str, Any], **more: Any) -> Any:
        answer = self.client.post(address, data, follow=True, **more)
        self.addresses += [address, *(one for one, _ in answer.redirect_chain)]
        if answer.status_code >= 400:
            self.errors.append(answer.content.decode())
        self.last = answer.content.decode(errors="ignore")
        return answer


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


@pytest.fixture
def walked(cast: Cast, caplog: pytest.LogCaptureFixture) -> tuple[Walk, list[str]]:
    """The typical acts of an office: new file, change, sensitive part, import, slip, trouble."""
    caplog.set_level(logging.DEBUG)
    walk = Walk(cast.client("thu"))
    walk.post("/hoc-sinh/them/", NEW)
    walk.post("/hoc-sinh/them/", NEW | {"name": "Lò Thị Trùng", "different": "on"})
    edit = f"/hoc-sinh/{cast.minh.student.pk}/sua/"
    page = walk.client.get(edit).content.decode()
    base = {"name": "Triệu Quang Minh", "sex": "M", "born": "09/03/2013", "code": "2000000001"}
    seen = {"version": hidden(page, "version"), "seen": hidden(page, "seen")}
    walk.post(edit, base | seen | {"personal_number": OTHER_NUMBER})
    walk.post(f"/hoc-sinh/{cast.minh.student.pk}/nhay-cam/luu/", {"health": ILLNESS})
    _import(walk, cast)
    codes = _slip(walk, cast)
    walk.post("/hoc-sinh/999999/sua/", {"personal_number": NUMBER, "health": ILLNESS})
    walk.post("/dang-nhap/", {"login": "gv.hoa", "password": PASSWORD})
    return walk, codes


def _import(walk: Walk, cast: Cast) -> None:
    rows = workbook(
        ["Họ và tên", "Ngày sinh", "Giới tính", "Lớp", "Số định danh cá nhân"],
        ["Cà Thị Mơ", "9/3/2013", "Nữ", "8A", THIRD_NUMBER],
    )
    sent = {"year": YEAR, "school": cast.school.pk, "file": SimpleUploadedFile("hs.xlsx", rows)}
    answer = walk.post("/nhap-tu-tep/hoc-sinh/", sent)
    run = answer.redirect_chain[-1][0]
    walk.post(f"{run}ap-dung/", {"plan": hidden(walk.last, "plan")})


def _slip(walk: Walk, cast: Cast) -> list[str]:
    """Codes as they stand on printed slips; only that page may show them."""
    walk.post("/tai-khoan/in-phieu/", {"ids": [cast.lan.account.pk]})
    return re.findall(r"\b[A-Z2-9]{4}[ -][A-Z2-9]{4}(?:[ -][A-Z2-9]{4})?\b", walk.last)


def test_no_address_log_ledger_or_error_tells_a_secret(
    walked: tuple[Walk, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    walk, codes = walked
    with scoped(EVERYTHING):
        entries = list(table("ledger.Entry").objects.values())
        reads = list(table("ledger.SensitiveRead").objects.values())
        works = list(table("background.Task").objects.values())
    assert entries
    assert codes, "the slip shows its code"
    told = {
        "addresses": " ".join(walk.addresses),
        "logs": " ".join(
            one.getMessage() for one in caplog.records if one.name != "django.db.backends"
        ),
        "ledger": f"{entries} {reads}",
        "errors": " ".join(walk.errors),
        "work": str(works),
    }
    for where, text in told.items():
        for secret in [*SECRETS, *codes]:
            assert secret not in text, f"{secret} in {where}"


def test_no_column_of_any_table_holds_a_secret_in_clear(walked: tuple[Walk, list[str]]) -> None:
    _, codes = walked
    for name in content():
        with scoped(EVERYTHING), connection.cursor() as cursor:
            cursor.execute(f"select t::text from {name} t")
            rows = " ".join(row for (row,) in cursor.fetchall())
        for secret in [*SECRETS, *codes]:
            assert secret not in rows, f"{secret} in {name}"
    with scoped(EVERYTHING):
        kept = table("records.Student").objects.exclude(personal_number_sealed="")
        assert kept.count() >= 3


def test_whoever_looks_at_the_sealed_part_is_noted(
    walked: tuple[Walk, list[str]], cast: Cast
) -> None:
    walk, _ = walked
    child = cast.minh.student.pk
    address = f"/hoc-sinh/{child}/nhay-cam/"
    shown = walk.client.post(address).content.decode()
    assert ILLNESS in shown
    with scoped(EVERYTHING):
        read = table("ledger.SensitiveRead").objects.latest("id")
    assert (read.account_id, read.subject) == (
        cast.thu.account.pk,
        f"student:{cast.minh.student.pk}",
    )


def test_a_transfer_takes_the_family_along_and_not_the_old_teacher(
    cast: Cast,
) -> None:
    child = cast.minh.student.pk
    clerk = _clerk_there(cast)
    with scoped(Scope(schools=(cast.school.pk,))):
        common: dict[str, Any] = {"actor": cast.thu.actor, "now": NOW - timedelta(days=30)}
        link = add_guardian(**common, student_id=child, facts=FATHER)
        father = open_guardian_account(**common, guardianship_id=link)
        common["now"] = NOW
        asked = request_transfer(
            **common, student_id=child, to_school_id=cast.other_school.pk, effective_on=TODAY
        )
    with scoped(scope_of(clerk.actor)):
        accept_transfer(
            actor=clerk.actor, now=NOW, transfer_id=asked, class_id=cast.other_class.pk, on=TODAY
        )
    there, here = cast.client("kim"), cast.client("thu")
    assert there.get(f"/tai-khoan/{father}/").status_code == 200
    assert here.get(f"/tai-khoan/{father}/").status_code == 404
    here.post("/tai-khoan/in-phieu/", {"ids": [father]})
    assert table("access.Account").objects.get(pk=father).first_code_digest == ""
    old, new = f"/so-diem/{cast.maths.pk}/1/", f"/so-diem/{cast.other_maths.pk}/1/"
    assert cast.client("hoa").get(new).status_code == 404
    assert cast.client("hoa").get(f"{new}cach-tinh/{child}/").status_code == 404
    assert "Triệu Quang Minh" in cast.client("nam").get(new).content.decode()
    assert here.get(f"/hoc-sinh/{child}/qua-trinh/").status_code == 200
    assert cast.client("mai").get(old).status_code == 200
    assert cast.client("lan").get(f"/con/{child}/").status_code == 200


def _clerk_there(cast: Cast) -> Person:
    school = cast.other_school
    cast.people["kim"] = Person("Hoàng Thị Kim", make_account("gv.kim", "Hoàng Thị Kim", "staff"))
    path, name = school.organisation.path, school.organisation.name
    make_grant(cast.kim.account, Role.OFFICE, path, name, school=school, province=cast.department)
    return cast.kim
