"""What this context adds below: a tab on the page of a class, and marks that follow a merge."""

from khue.attendance.api import register_absence_listener
from khue.background.api import register_work
from khue.gradebook.services import closing_work
from khue.gradebook.services.absences import follow_attendance
from khue.gradebook.services.merging import move_marks, return_marks
from khue.gradebook.services.papers import PRINT_WORK, print_school
from khue.gradebook.services.policies import REFRESH, refresh_school
from khue.organisations.api import Tab, register_class_tab
from khue.records.api import register_merge_mover, register_student_tab


def register() -> None:
    closing_work.register()
    register_class_tab(Tab("Tổng kết", "gradebook.homeroom", "gradebook.view_summary", order=45))
    register_class_tab(Tab("Sổ điểm", "gradebook.class_books", "gradebook.view_marks", order=40))
    apart = Tab(
        "Trường hợp riêng", "gradebook.circumstances", "gradebook.manage_circumstances", order=50
    )
    register_class_tab(apart)
    register_class_tab(
        Tab("Học sinh chuyển đến", "gradebook.arrivals", "gradebook.bring_marks", order=55)
    )
    register_work(REFRESH, refresh_school)
    years = Tab("Kết quả các năm", "gradebook.years", "gradebook.view_marks", order=40)
    register_student_tab(years)
    register_merge_mover("gradebook", move_marks, return_marks)
    register_work(PRINT_WORK, print_school)
    register_absence_listener("gradebook", follow_attendance)
