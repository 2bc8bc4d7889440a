"""Hồ sơ cán bộ: posts, duties, accounts."""

from datetime import date
from typing import Any

import pytest

from khue.access.api import OutsidePlace, Refused, Role
from khue.records.api import (
    FactsRefused,
    NewStaff,
    PostingFacts,
    RecordRefused,
    RowsRefused,
    StaffFacts,
    add_duty,
    add_posting,
    change_staff,
    create_staff,
    create_staff_members,
    end_posting,
    find_staff,
    open_staff_account,
    register_staff_account_listener,
    remove_created_staff,
    staff_facts,
    staff_line,
    staff_lines,
    staff_of_account,
    staff_of_school,
)
from khue.records.queries.staff import open_staff_file
from khue.records.services import entering as services
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import NOW, TODAY, Cast, table

FACTS = StaffFacts(
    name="Ma Thị Xuân", sex="F", born="1990", qualification="03", teaching_subjects=("Toán",)
)
POST = PostingFacts(kind="28", contract="07", starts_on=date(2026, 8, 1))


@pytest.fixture
def here(cast: Cast) -> Any:
    with scoped(Scope(schools=(cast.school.pk,))):
        yield {"actor": cast.thu.actor, "now": NOW}


def test_a_new_teacher_stands_in_the_list_by_given_name(cast: Cast, here: Any) -> None:
    made = create_staff(**here, school_id=cast.school.pk, facts=FACTS, posting=POST)
    names = [one.name for one in staff_of_school(cast.school.pk, TODAY)]
    assert names == [
        "Lý Văn Bình",
        "Nông Thị Hoa",
        "Lương Thị Mai",
        "Vi Thị Thu",
        "Ma Thị Xuân",
    ]
    line = staff_line(made.id, TODAY)
    assert line is not None
    assert line.teaching_subjects == ("Toán",)
    assert staff_lines([made.id])[made.id].kind == "28"
    assert staff_facts(actor=cast.thu.actor, staff_ids=[made.id])[made.id][1].born == "1990"


def test_an_account_enters_the_school_as_staff_and_tells_who_listens(
    cast: Cast, here: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "_when_account_opened", {})
    told: list[int] = []
    register_staff_account_listener("phân công", lambda **given: told.append(given["staff_id"]))
    made = create_staff(**here, school_id=cast.school.pk, facts=FACTS, posting=POST)
    account = open_staff_account(**here, staff_id=made.id)
    assert told == [made.id]
    assert [one.id for one in staff_of_account(account, TODAY)] == [made.id]
    grant = table("access.Grant").objects.get(account_id=account)
    assert (grant.role, grant.place) == (Role.STAFF, cast.school.organisation.path)
    with pytest.raises(RecordRefused, match="đã có tài khoản"):
        open_staff_account(**here, staff_id=made.id)


def test_all_of_a_school_get_their_accounts_at_once(cast: Cast, here: Any) -> None:
    made = create_staff(**here, school_id=cast.school.pk, facts=FACTS, posting=POST)
    before = table("access.Account").objects.count()
    opened = services.open_staff_accounts(**here, school_id=cast.school.pk)
    assert opened == table("access.Account").objects.count() - before > 0
    assert table("records.Staff").objects.get(pk=made.id).account_id
    assert services.open_staff_accounts(**here, school_id=cast.school.pk) == 0


def test_the_end_of_a_post_ends_the_way_in(cast: Cast, here: Any) -> None:
    made = create_staff(**here, school_id=cast.school.pk, facts=FACTS, posting=POST)
    account = open_staff_account(**here, staff_id=made.id)
    post = table("records.Posting").objects.get(staff_id=made.id)
    with pytest.raises(RecordRefused, match="trước ngày bắt đầu"):
        end_posting(**here, posting_id=post.pk, on=date(2020, 1, 1))
    end_posting(**here, posting_id=post.pk, on=TODAY, status="02", reason="Chuyển công tác")
    grant = table("access.Grant").objects.get(account_id=account)
    assert grant.valid_to == TODAY
    assert open_staff_file(actor=cast.thu.actor, staff_id=made.id).values["status"] == "02"


def test_nobody_holds_two_posts_in_one_school_on_one_day(cast: Cast, here: Any) -> None:
    made = create_staff(**here, school_id=cast.school.pk, facts=FACTS, posting=POST)
    with pytest.raises(RecordRefused, match="vị trí"):
        add_posting(**here, staff_id=made.id, school_id=cast.school.pk, facts=POST)


def test_a_duty_is_given_once(cast: Cast, here: Any) -> None:
    common = {"school_id": cast.school.pk, "duty": "07", "starts_on": TODAY}
    add_duty(**here, staff_id=cast.hoa.staff.pk, **common)
    with pytest.raises(RecordRefused, match="nhiệm vụ"):
        add_duty(**here, staff_id=cast.hoa.staff.pk, **common)


def test_a_file_is_changed_with_its_version(cast: Cast, here: Any) -> None:
    wanted = {"major": "Sư phạm Toán", "teaching_subjects": ("Toán", "Tin học")}
    version = change_staff(**here, staff_id=cast.hoa.staff.pk, version=1, wanted=wanted)
    assert version == 2
    with pytest.raises(FactsRefused):
        change_staff(**here, staff_id=cast.hoa.staff.pk, version=2, wanted={"sex": "?"})


def test_a_list_of_staff_comes_and_goes_as_a_whole(cast: Cast, here: Any) -> None:
    rows = [NewStaff(facts=FACTS, posting=POST, row=2)]
    bad = NewStaff(facts=StaffFacts(name="", sex=""), posting=POST, row=3)
    with pytest.raises(RowsRefused) as refused:
        create_staff_members(**here, school_id=cast.school.pk, rows=[*rows, bad])
    assert list(refused.value.rows) == [3]
    ids = create_staff_members(**here, school_id=cast.school.pk, rows=rows)
    remove_created_staff(**here, staff_ids=ids, reason="Nhập nhầm")
    assert not table("records.Staff").objects.filter(id__in=ids).exists()


def test_who_sees_staff(cast: Cast) -> None:
    with scoped(EVERYTHING):
        assert [one.name for one in find_staff(actor=cast.thu.actor, text="hoa")] == [
            "Nông Thị Hoa"
        ]
        assert find_staff(actor=cast.hoa.actor, text="mai") == []
        assert len(find_staff(actor=cast.dung.actor, text="n")) == 4
        with pytest.raises(Refused):
            open_staff_file(actor=cast.hoa.actor, staff_id=cast.mai.staff.pk)
        with pytest.raises(OutsidePlace):
            open_staff_file(actor=cast.thu.actor, staff_id=cast.nam.staff.pk)
