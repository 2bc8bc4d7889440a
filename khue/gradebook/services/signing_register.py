"""Trình ký sổ đăng bộ: those who entered a school in one year, signed by principal and seal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial

from khue.access.api import Actor, OutsidePlace, permit
from khue.gradebook.queries.books import school_year_on
from khue.gradebook.queries.paper_heads import place_of
from khue.gradebook.queries.paper_signers import signers_of_school
from khue.gradebook.rules.paper_shapes import RegisterPaper
from khue.gradebook.services.papers import TEMPLATES, Printed
from khue.gradebook.services.signing import HAND_IN, Paper
from khue.organisations.api import school_summary
from khue.papers.api import render_pdf
from khue.records.api import whole_register
from khue.signing.api import DocumentCard, newest_documents
from kit.dates import print_date, vietnam_day

REGISTER_VIEW = "records.view_register"
REGISTER_KIND = "gradebook.register"
TEMPLATE = TEMPLATES / "register.typ"
FIRST_YEAR = 1990


def register_paper(actor: Actor, school_id: int, year: int, today: date) -> RegisterPaper:
    """Sổ đăng bộ of those who entered in a calendar year, in the order of their numbers."""
    if not FIRST_YEAR <= year <= today.year:
        raise OutsidePlace(year)
    lines = whole_register(actor=actor, school_id=school_id, year=year)
    school = school_summary(school_id)
    place = place_of(school_id, school_year_on(today), school.province_id, today)
    return RegisterPaper(
        head=place.head(),
        subtitle=f"Học sinh vào trường năm {year}",
        lines=tuple(
            (
                str(one.number),
                one.name,
                one.born,
                one.sex,
                one.birth_place,
                print_date(one.entered_on),
                one.entered_class,
                one.from_school,
                print_date(one.left_on) if one.left_on else "",
                one.left_reason,
                one.to_school,
            )
            for one in lines
        ),
    )


def print_register_of(*, actor: Actor, now: datetime, school_id: int, year: int) -> Printed:
    """Sổ đăng bộ của một năm, as it would be signed."""
    paper = register_paper(actor, school_id, year, vietnam_day(now))
    content = render_pdf(TEMPLATE, paper, title=f"Sổ đăng bộ năm {year}", at=now)
    return Printed(f"so-dang-bo-{year}.pdf", content)


def open_register_signing(actor: Actor, school_id: int, year: int, now: datetime) -> Paper:
    """The register of a year, for someone who may read it and hand it in."""
    school, today = school_summary(school_id), vietnam_day(now)
    permit(actor, HAND_IN, school.path)
    register_paper(actor, school_id, year, today)
    return Paper(
        REGISTER_KIND,
        f"{school_id}.{year}",
        f"Sổ đăng bộ, học sinh vào trường năm {year}",
        f"Sổ đăng bộ · {school.name}",
        f"so-dang-bo-{year}.pdf",
        TEMPLATE,
        partial(register_paper, actor, school_id, year, today),
        signers_of_school(school_id, today),
        school.path,
        school_id,
        school.province_id,
        view_permission=REGISTER_VIEW,
    )


def register_states(school_id: int, years: Iterable[int]) -> list[tuple[int, DocumentCard | None]]:
    """The newest version of each year; the caller passed the gate."""
    wanted = list(years)
    found = newest_documents(REGISTER_KIND, [f"{school_id}.{year}" for year in wanted])
    return [(year, found.get(f"{school_id}.{year}")) for year in wanted]
