"""Marks are partitioned by school year; rows of a year in use leave room for updates in place."""

from django.db import migrations

from kit.fences import by_province, by_school, by_student, fence

FIRST, LAST = 2020, 2040
PARTED = """
create table gradebook_markrow_parted (
    like gradebook_markrow including defaults including constraints
) partition by list (year)
"""
KEYS = [
    "alter table gradebook_markrow_parted add constraint gradebook_markrow_pk"
    " primary key (year, class_subject_id, term, student_id)",
    *[
        f"alter table gradebook_markrow_parted add constraint gradebook_markrow_{column}"
        f" foreign key ({column}_id) references {table}"
        for column, table in [
            ("class_subject", "organisations_classsubject (id)"),
            ("student", "records_student (id)"),
            ("school", "organisations_school (organisation_id)"),
            ("province", "organisations_organisation (id)"),
        ]
    ],
]
PARTITIONS = [
    f"create table gradebook_markrow_{year} partition of gradebook_markrow for values in ({year})"
    " with (fillfactor = 70)"
    for year in range(FIRST, LAST)
]
INDEX = "create index gradebook_mark_student on gradebook_markrow (student_id, year)"


class Migration(migrations.Migration):
    dependencies = [("gradebook", "0001_initial")]
    operations = [
        migrations.RunSQL(
            sql=[
                PARTED,
                *KEYS,
                "drop table gradebook_markrow",
                "alter table gradebook_markrow_parted rename to gradebook_markrow",
                *PARTITIONS,
                "create table gradebook_markrow_other partition of gradebook_markrow default",
                INDEX,
            ],
            reverse_sql=[
                "create table gradebook_markrow_plain (like gradebook_markrow including defaults"
                " including constraints)",
                "insert into gradebook_markrow_plain select * from gradebook_markrow",
                "drop table gradebook_markrow",
                "alter table gradebook_markrow_plain rename to gradebook_markrow",
                "alter table gradebook_markrow add primary key"
                " (year, class_subject_id, term, student_id)",
                INDEX,
            ],
        ),
        fence("gradebook_markrow", by_school(), by_province(), by_student()),
    ]
