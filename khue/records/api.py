"""The door of records: people and their files for other contexts."""

from khue.records.queries.additions import register_student_tab
from khue.records.queries.books import waiting_transfers, whole_register
from khue.records.queries.counting import (
    CountedPupil,
    CountedStaff,
    classes_of_students,
    counted_pupils,
    counted_staff,
    schools_of_staff,
)
from khue.records.queries.doubles import Likely, people_with_number, similar_students
from khue.records.queries.family_members import FamilyMember, family_members
from khue.records.queries.family_slips import lookup_codes_of
from khue.records.queries.identities import Adult, Identity, identities_of
from khue.records.queries.imports import staff_facts, student_facts
from khue.records.queries.phones import children_of_phone, guardians_of_phone
from khue.records.queries.photos import photos_of
from khue.records.queries.posts import (
    StaffLine,
    staff_line,
    staff_lines,
    staff_of_account,
    staff_of_school,
)
from khue.records.queries.pupils import KnownPupil, pupils_of_school
from khue.records.queries.rolls import (
    ChildLine,
    GuardianLine,
    RollLine,
    StudentLine,
    StudentSummary,
    children_of_account,
    class_sizes,
    guardians_of_student,
    roll_of_class,
    rolls_of_classes,
    student_places,
    student_summaries,
    student_summary,
    students_of_class,
)
from khue.records.queries.staff import StaffHit, find_staff
from khue.records.queries.students import StudentHit, find_students
from khue.records.queries.whole_files import (
    PersonOnFile,
    PupilFile,
    Relative,
    StaffFile,
    Stay,
    pupil_files,
    staff_files,
)
from khue.records.queries.windows import (
    EnrolmentRow,
    GuardianshipRow,
    LessonRow,
    PupilRow,
    StaffRow,
    care_facts_of,
    count_enrolments,
    count_lessons,
    count_pupils,
    count_staff,
    enrolments_window,
    guardianships_window,
    lessons_window,
    personal_numbers_of,
    public_ids_of_staff,
    public_ids_of_students,
    pupils_window,
    staff_window,
)
from khue.records.rules.enrolment import Entry, Period, Status, sector_status_code
from khue.records.rules.facts import (
    Checked,
    StaffFacts,
    StudentFacts,
    check_staff,
    check_student,
    print_born,
)
from khue.records.rules.family import GuardianFacts, check_guardian
from khue.records.rules.lookup_codes import print_lookup_code, read_lookup_code
from khue.records.rules.refusals import FactsRefused, RecordRefused, RowsRefused
from khue.records.rules.sensitive import SensitiveFacts
from khue.records.services.bulk import (
    NewStaff,
    NewStudent,
    create_staff_members,
    create_students,
    remove_created_staff,
    remove_created_students,
)
from khue.records.services.enrolment import (
    complete_studies,
    complete_year,
    enrol,
    enrol_many,
    leave_school,
    move_to_class,
    return_to_school,
)
from khue.records.services.entering import open_staff_account, register_staff_account_listener
from khue.records.services.families import add_guardian, block_guardian, end_guardian
from khue.records.services.family_access import open_guardian_account, open_student_account
from khue.records.services.family_codes import lookup_codes_for
from khue.records.services.kept_away import KeptAway, register_kept_away_listener
from khue.records.services.merge_movers import (
    Following,
    register_following,
    register_merge_mover,
)
from khue.records.services.merges import merge_students, undo_merge
from khue.records.services.profiles import Profile, read_class_profiles
from khue.records.services.register import register_students
from khue.records.services.sensitive import read_sensitive, set_sensitive
from khue.records.services.staff import (
    PostingFacts,
    add_duty,
    add_posting,
    change_staff,
    create_staff,
    end_posting,
)
from khue.records.services.students import Created, change_student, create_student
from khue.records.services.transfers import accept_transfer, refuse_transfer, request_transfer
from khue.records.services.versions import ChangedMeanwhile, Clash
from khue.records.services.year_end import (
    YearMove,
    YearMoved,
    YearTurned,
    turn_year,
    turn_year_back,
    why_not_back,
)

__all__ = [
    "Adult",
    "ChangedMeanwhile",
    "Checked",
    "ChildLine",
    "Clash",
    "CountedPupil",
    "CountedStaff",
    "Created",
    "EnrolmentRow",
    "Entry",
    "FactsRefused",
    "FamilyMember",
    "Following",
    "GuardianFacts",
    "GuardianLine",
    "GuardianshipRow",
    "Identity",
    "KeptAway",
    "KnownPupil",
    "LessonRow",
    "Likely",
    "NewStaff",
    "NewStudent",
    "Period",
    "PersonOnFile",
    "PostingFacts",
    "Profile",
    "PupilFile",
    "PupilRow",
    "RecordRefused",
    "Relative",
    "RollLine",
    "RowsRefused",
    "SensitiveFacts",
    "StaffFacts",
    "StaffFile",
    "StaffHit",
    "StaffLine",
    "StaffRow",
    "Status",
    "Stay",
    "StudentFacts",
    "StudentHit",
    "StudentLine",
    "StudentSummary",
    "YearMove",
    "YearMoved",
    "YearTurned",
    "accept_transfer",
    "add_duty",
    "add_guardian",
    "add_posting",
    "block_guardian",
    "care_facts_of",
    "change_staff",
    "change_student",
    "check_guardian",
    "check_staff",
    "check_student",
    "children_of_account",
    "children_of_phone",
    "class_sizes",
    "classes_of_students",
    "complete_studies",
    "complete_year",
    "count_enrolments",
    "count_lessons",
    "count_pupils",
    "count_staff",
    "counted_pupils",
    "counted_staff",
    "create_staff",
    "create_staff_members",
    "create_student",
    "create_students",
    "end_guardian",
    "end_posting",
    "enrol",
    "enrol_many",
    "enrolments_window",
    "family_members",
    "find_staff",
    "find_students",
    "guardians_of_phone",
    "guardians_of_student",
    "guardianships_window",
    "identities_of",
    "leave_school",
    "lessons_window",
    "lookup_codes_for",
    "lookup_codes_of",
    "merge_students",
    "move_to_class",
    "open_guardian_account",
    "open_staff_account",
    "open_student_account",
    "people_with_number",
    "personal_numbers_of",
    "photos_of",
    "print_born",
    "print_lookup_code",
    "public_ids_of_staff",
    "public_ids_of_students",
    "pupil_files",
    "pupils_of_school",
    "pupils_window",
    "read_class_profiles",
    "read_lookup_code",
    "read_sensitive",
    "refuse_transfer",
    "register_following",
    "register_kept_away_listener",
    "register_merge_mover",
    "register_staff_account_listener",
    "register_student_tab",
    "register_students",
    "remove_created_staff",
    "remove_created_students",
    "request_transfer",
    "return_to_school",
    "roll_of_class",
    "rolls_of_classes",
    "schools_of_staff",
    "sector_status_code",
    "set_sensitive",
    "similar_students",
    "staff_facts",
    "staff_files",
    "staff_line",
    "staff_lines",
    "staff_of_account",
    "staff_of_school",
    "staff_window",
    "student_facts",
    "student_places",
    "student_summaries",
    "student_summary",
    "students_of_class",
    "turn_year",
    "turn_year_back",
    "undo_merge",
    "waiting_transfers",
    "whole_register",
    "why_not_back",
]
