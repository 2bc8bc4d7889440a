"""The door of the timetable: who leads which class, who teaches what."""

from khue.timetable.queries.assignments import (
    HomeroomLine,
    MyClass,
    TeachingLine,
    assignments_of_staff,
    homeroom_of,
    my_classes,
    my_homerooms,
    teachers_of,
    teaching_of_class,
    weekly_periods,
)
from khue.timetable.queries.loads import StaffLoad, TaughtClass, load_of_staff
from khue.timetable.queries.windows import (
    HomeroomRow,
    TeachingRow,
    count_homerooms,
    count_teachings,
    homerooms_window,
    teachings_window,
)
from khue.timetable.services.homerooms import assign_homeroom, end_homeroom
from khue.timetable.services.teaching import (
    NewTeaching,
    assign_teaching,
    assign_teaching_many,
    end_teaching,
    remove_created_assignments,
    sync_grants_of_staff,
    transfer_load,
)
from khue.timetable.services.work import AssignmentRefused, AssignmentsRefused

__all__ = [
    "AssignmentRefused",
    "AssignmentsRefused",
    "HomeroomLine",
    "HomeroomRow",
    "MyClass",
    "NewTeaching",
    "StaffLoad",
    "TaughtClass",
    "TeachingLine",
    "TeachingRow",
    "assign_homeroom",
    "assign_teaching",
    "assign_teaching_many",
    "assignments_of_staff",
    "count_homerooms",
    "count_teachings",
    "end_homeroom",
    "end_teaching",
    "homeroom_of",
    "homerooms_window",
    "load_of_staff",
    "my_classes",
    "my_homerooms",
    "remove_created_assignments",
    "sync_grants_of_staff",
    "teachers_of",
    "teaching_of_class",
    "teachings_window",
    "transfer_load",
    "weekly_periods",
]
