"""The known totals of the skeleton."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from synthetic.accounts import plan_accounts
from synthetic.plan import LAST_YEAR, YEAR, PlannedSchool, PlannedSeat
from synthetic.totals import Counting, Theme, register_theme


def _seats(school: PlannedSchool, year: int) -> Iterator[PlannedSeat]:
    return (seat for room in school.classes_of(year) for seat in room.seats)


def _plain(count: Callable[[PlannedSchool], Counter[str]]) -> Counting:
    return lambda school, _: count(school)


def _kind(school: PlannedSchool) -> Counter[str]:
    kind = school.outline.kind
    return Counter({f"{kind.level_group}/{kind.school_type}": 1})


def _managed(school: PlannedSchool) -> Counter[str]:
    return Counter({school.outline.kind.managed_by: 1})


def _sites(school: PlannedSchool) -> Counter[str]:
    return Counter("lẻ" if at else "chính" for at in range(len(school.sites)))


def _by_level(year: int) -> Callable[[PlannedSchool], Counter[str]]:
    return lambda school: Counter(seat.band.level for seat in _seats(school, year))


def _grades(school: PlannedSchool) -> Counter[str]:
    return Counter(seat.band.grade for seat in _seats(school, YEAR))


def _groups(school: PlannedSchool) -> Counter[str]:
    return Counter(one.group for one in school.pupils if not one.leaver)


def _sexes(school: PlannedSchool) -> Counter[str]:
    return Counter(one.sex for one in school.pupils if not one.leaver)


def _repeats(school: PlannedSchool) -> Counter[str]:
    return Counter("lưu ban" for seat in _seats(school, YEAR) if seat.standing == "repeats")


def _classes(school: PlannedSchool) -> Counter[str]:
    return Counter(room.level for room in school.classes_of(YEAR))


def _merged(school: PlannedSchool) -> Counter[str]:
    return Counter(one.merged_kind for one in school.classes_of(YEAR) if one.merged_kind)


def _books(school: PlannedSchool) -> Counter[str]:
    return Counter(str(room.year) for room in school.classes for _ in room.books)


def _staff(school: PlannedSchool) -> Counter[str]:
    return Counter(person.kind for person in school.staff)


def _adults(school: PlannedSchool) -> Counter[str]:
    links = Counter(adult.relation for one in school.pupils for adult in one.adults)
    adults = {adult.id for one in school.pupils for adult in one.adults}
    return links + Counter({"người": len(adults)})


_FAMILIES = """
select relation, count(*) from records_guardianship g
join records_student s on s.id = g.student_id
where s.home_school_id between %(first)s and %(until)s group by 1
union all
select 'người', count(distinct guardian_id) from records_guardianship g
join records_student s on s.id = g.student_id
where s.home_school_id between %(first)s and %(until)s
"""
_ACCOUNTS = """
select kind, count(distinct a.id) from access_account a join access_grant g on g.account_id = a.id
where g.school_id in (select organisation_id from here) group by 1
"""
_BOOKS = """
select r.year::text, count(*) from organisations_classsubject b
join rooms r on r.id = b.school_class_id group by 1
"""
_THEMES: tuple[tuple[str, str, str, Counting], ...] = (
    (
        "schools",
        "Trường theo nhóm cấp/loại",
        "select level_group || '/' || school_type, count(*) from here group by 1",
        _plain(_kind),
    ),
    (
        "managed",
        "Trường theo cấp quản lý",
        "select managed_by, count(*) from here group by 1",
        _plain(_managed),
    ),
    (
        "sites",
        "Điểm trường",
        "select case when is_main then 'chính' else 'lẻ' end, count(*) from organisations_site"
        " where school_id in (select organisation_id from here) group by 1",
        _plain(_sites),
    ),
    (
        "levels",
        "Học sinh theo cấp học",
        "select level, count(*) from seated group by 1",
        _plain(_by_level(YEAR)),
    ),
    (
        "grades",
        "Học sinh theo khối",
        "select grade, count(*) from seated group by 1",
        _plain(_grades),
    ),
    (
        "groups",
        "Học sinh theo dân tộc",
        "select ethnic_group, count(*) from seated group by 1",
        _plain(_groups),
    ),
    (
        "sexes",
        "Học sinh theo giới tính",
        "select sex, count(*) from seated group by 1",
        _plain(_sexes),
    ),
    (
        "repeats",
        "Học sinh lưu ban",
        "select 'lưu ban', count(*) from seated where entry_kind = '3'",
        _plain(_repeats),
    ),
    (
        "classes",
        "Lớp theo cấp học",
        "select level, count(*) from rooms where year = %(year)s group by 1",
        _plain(_classes),
    ),
    (
        "merged",
        "Lớp ghép",
        "select merged_kind, count(*) from rooms where year = %(year)s and merged_kind <> ''"
        " group by 1",
        _plain(_merged),
    ),
    ("books", "Môn học của lớp", _BOOKS, _plain(_books)),
    (
        "staff",
        "Nhân sự theo loại cán bộ",
        "select kind, count(*) from records_posting"
        " where school_id between %(first)s and %(until)s group by 1",
        _plain(_staff),
    ),
    ("families", "Gia đình", _FAMILIES, _plain(_adults)),
    (
        "last_year",
        "Học sinh năm học trước",
        "select level, count(*) from before group by 1",
        _plain(_by_level(LAST_YEAR)),
    ),
    (
        "accounts",
        "Tài khoản ở trường",
        _ACCOUNTS,
        lambda school, ids: Counter(one.kind for one in plan_accounts(school, ids).accounts),
    ),
)


def register_themes() -> None:
    """Let the skeleton be counted."""
    for one in _THEMES:
        register_theme(Theme(*one))
