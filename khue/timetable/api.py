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
    "MyClass",
    "NewTeaching",
    "StaffLoad",
    "TaughtClass",
    "TeachingLine",
    "assign_homeroom",
    "assign_teaching",
    "assign_teaching_many",
    "assignments_of_staff",
    "end_homeroom",
    "end_teaching",
    "homeroom_of",
    "load_of_staff",
    "my_classes",
    "my_homerooms",
    "remove_created_assignments",
    "sync_grants_of_staff",
    "teachers_of",
    "teaching_of_class",
    "transfer_load",
    "weekly_periods",
]
