"""What people do on a school day, one act after another, drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from khue.attendance.api import AttendanceRefused, Entry, take_attendance
from khue.gradebook.api import CellChange, enter_marks, recount_progress
from khue.gradebook.services.steps import StepRefused, finish_book
from khue.organisations.api import (
    ClassFacts,
    OrganisationRefused,
    close_class,
    create_class,
    remove_created_classes,
)
from khue.records.api import (
    RecordRefused,
    SensitiveFacts,
    StudentFacts,
    change_student,
    create_student,
    leave_school,
    move_to_class,
    set_sensitive,
)
from tests.cast import NOW, TODAY, YEAR, Cast, table

REFUSED = (RecordRefused, AttendanceRefused, StepRefused, OrganisationRefused)
DISABILITY = "01"


@dataclass
class Day:
    """The acts, with their own chance."""

    cast: Cast
    chance: random.Random
    written: int = 0

    def act(self) -> None:
        """One act of somebody; what the product refuses is no act."""
        acts: list[Callable[[], None]] = [
            self.mark,
            self.mark,
            self.correct_a_file,
            self.tell_something_sensitive,
            self.come,
            self.leave,
            self.move,
            self.take_attendance,
            self.finish,
            self.open_a_class,
            self.close_a_class,
            self.take_a_class_back,
            self.recount,
        ]
        with suppress(*REFUSED):
            self.chance.choice(acts)()

    def _pupil(self) -> int:
        rows = table("records.Enrolment").objects.filter(school=self.cast.school, ends_on=None)
        found = sorted(rows.values_list("student_id", flat=True))
        return int(self.chance.choice(found or [self.cast.minh.student.pk]))

    def _class(self) -> int:
        rows = table("organisations.SchoolClass").objects.filter(school=self.cast.school)
        return int(self.chance.choice(sorted(rows.values_list("pk", flat=True))))

    def mark(self) -> None:
        rows = table("gradebook.MarkRow").objects.filter(class_subject_id=self.cast.maths.pk)
        pupil, slot = self._pupil(), self.chance.choice(["tx1", "tx2", "gk"])
        old = rows.filter(term=1, student_id=pupil).values_list(slot, flat=True).first()
        change = CellChange(pupil, slot, old, self.chance.choice([None, 35, 60, 95]))
        enter_marks(
            actor=self.cast.hoa.actor,
            now=NOW,
            class_subject_id=self.cast.maths.pk,
            term=1,
            changes=[change],
        )

    def correct_a_file(self) -> None:
        student = table("records.Student").objects.get(pk=self._pupil())
        wanted = {
            "sex": self.chance.choice("MF"),
            "ethnic_group": self.chance.choice(["01", "02", "07"]),
            "born": self.chance.choice(["2012-01-05", "2013-05-06", "2014"]),
        }
        change_student(
            actor=self.cast.thu.actor,
            now=NOW,
            student_id=student.pk,
            version=student.version,
            wanted=wanted,
        )

    def tell_something_sensitive(self) -> None:
        facts = SensitiveFacts(
            policies=self.chance.choice([(), ("08",), ("08", "13")]),
            disability=self.chance.choice(["", DISABILITY]),
        )
        set_sensitive(actor=self.cast.mai.actor, now=NOW, student_id=self._pupil(), facts=facts)

    def come(self) -> None:
        self.written += 1
        facts = StudentFacts(name=f"Hoàng Văn Bé {self.written}", sex="M", born="2013-02-01")
        create_student(
            actor=self.cast.thu.actor,
            now=NOW,
            school_id=self.cast.school.pk,
            facts=facts,
            class_id=self._class(),
            starts_on=date(2026, 9, 7),
        )

    def leave(self) -> None:
        leave_school(
            actor=self.cast.thu.actor,
            now=NOW,
            student_id=self._pupil(),
            on=TODAY - timedelta(days=self.chance.randrange(3)),
            reason_code="01",
        )

    def move(self) -> None:
        move_to_class(
            actor=self.cast.thu.actor,
            now=NOW,
            student_id=self._pupil(),
            class_id=self.cast.sister_class.pk,
            on=TODAY,
        )

    def take_attendance(self) -> None:
        room = self.cast.school_class
        where = {"school_class": room, "day": TODAY, "session": "am", "period": 0}
        taken = table("attendance.Taking").objects.filter(**where).first()
        take_attendance(
            actor=self.cast.hoa.actor,
            now=NOW,
            class_id=room.pk,
            day=TODAY,
            session="am",
            entries=[Entry(self._pupil(), self.chance.choice("pkm"))],
            base_version=taken.version if taken else 0,
        )

    def finish(self) -> None:
        finish_book(
            actor=self.cast.hoa.actor,
            now=NOW,
            class_subject_id=self.cast.maths.pk,
            period=self.chance.choice([1, 2]),
        )

    def open_a_class(self) -> None:
        self.written += 1
        facts = ClassFacts(name=f"8X{self.written}", grades=("08",), session="4")
        school = self.cast.school.pk
        create_class(actor=self.cast.mai.actor, now=NOW, school_id=school, year=YEAR, facts=facts)

    def close_a_class(self) -> None:
        close_class(
            actor=self.cast.mai.actor,
            now=NOW,
            class_id=self._class(),
            on=TODAY,
            reason="Gộp lớp",
        )

    def take_a_class_back(self) -> None:
        remove_created_classes(
            actor=self.cast.mai.actor, now=NOW, class_ids=[self._class()], reason="Tạo nhầm"
        )

    def recount(self) -> None:
        recount_progress(now=NOW, school_id=self.cast.school.pk)
