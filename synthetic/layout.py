"""The tables of the skeleton with the columns it gives, whatever is pointed to before the rest."""

from __future__ import annotations

from collections.abc import Mapping

_PERSON = (
    "public_id", "name", "name_key", "name_search", "sex", "born", "birth_place", "home_town",
    "ethnic_group", "address", "commune_code", "phone", "personal_number_sealed",
    "personal_number_digest", "created_at", "home_school_id", "province_id",
)  # fmt: skip
SKELETON: Mapping[str, tuple[str, ...]] = {
    "organisations.Organisation": (
        "id", "kind", "code", "name", "name_key", "name_search", "parent_id", "path",
        "province_code", "commune_code", "valid_from",
    ),
    "organisations.SchoolYear": (
        "id", "province_id", "start_year", "starts_on", "opens_on", "ends_on",
    ),
    "organisations.Term": ("id", "year_id", "number", "starts_on", "ends_on"),
    "organisations.Week": ("id", "year_id", "term_number", "number", "starts_on", "ends_on"),
    "organisations.School": (
        "organisation_id", "province_id", "supervisor_id", "managed_by", "level_group", "levels",
        "school_type", "area_kind", "difficult_area", "two_sessions", "lunch_boarding", "boarding",
        "address", "founded_on", "phone", "email",
    ),
    "organisations.Site": ("id", "school_id", "code", "name", "is_main", "address", "distance_km",
                           "reached_by"),
    "organisations.Bundle": ("id", "school_id", "first_year", "name"),
    "organisations.Bundle_electives": ("id", "bundle_id", "subject_id"),
    "organisations.Bundle_clusters": ("id", "bundle_id", "subject_id"),
    "organisations.SchoolClass": (
        "id", "school_id", "year", "code", "name", "name_key", "level", "grades", "site_id",
        "bundle_id", "merged_kind", "age_group", "session", "boarding", "position",
    ),
    "organisations.ClassSubject": (
        "id", "school_id", "school_class_id", "subject_id", "form", "status", "periods_term1",
        "periods_term2", "regular_marks", "has_cluster", "position",
    ),
    "access.Account": (
        "id", "login", "name", "name_key", "name_search", "kind", "password", "totp_sealed",
        "totp_confirmed_at", "created_at", "password_changed_at",
    ),
    "records.Student": (
        "id", "code", "account_id", "policies_sealed", "disability_sealed", *_PERSON,
    ),
    "records.Staff": (
        "id", "account_id", "qualification", "training_standard", "recruited_on", "major",
        "teaching_subjects", "rank_code", *_PERSON,
    ),
    "records.Posting": (
        "id", "staff_id", "school_id", "province_id", "kind", "contract", "title", "starts_on",
    ),
    "records.Guardian": (
        "id", "name", "name_search", "birth_year", "job", "phone", "account_id", "created_at",
    ),
    "records.Guardianship": ("id", "student_id", "guardian_id", "relation", "starts_on"),
    "records.Enrolment": (
        "id", "student_id", "school_id", "province_id", "school_class_id", "year", "grade",
        "status", "entry_kind", "starts_on", "ends_on",
    ),
    "records.RegisterCounter": ("school_id", "last_number"),
    "records.RegisterEntry": (
        "id", "school_id", "student_id", "number", "entered_on", "entered_class", "from_school",
        "left_on", "left_reason", "to_school",
    ),
    "timetable.HomeroomAssignment": (
        "id", "school_id", "school_class_id", "staff_id", "starts_on", "ends_on",
    ),
    "timetable.TeachingAssignment": (
        "id", "school_id", "class_subject_id", "staff_id", "periods_per_week", "starts_on",
        "ends_on",
    ),
    "access.Grant": (
        "id", "account_id", "role", "place", "place_name", "school_id", "province_id",
        "valid_from", "valid_to", "source", "source_key", "granted_at",
    ),
    "sector.Supplement": (
        "school_id", "province_id", "part", "local_id", "values_sealed", "changed_at",
    ),
}  # fmt: skip
# Tables of the province itself: few rows, ids from the head of the stretch.
OF_THE_PROVINCE = ("organisations.SchoolYear", "organisations.Term", "organisations.Week")
