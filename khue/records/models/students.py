"""Học sinh: one person for life, whatever school keeps the file now."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from khue.records.models.people import Person


class Student(Person):
    """A student's file. `home_school` keeps it now; earlier schools still read their years.

    `code` is the sector's ten-digit code. Religion, policy groups, disability and poverty are
    sealed texts (JSON inside). A file that was merged points to the one that was kept.
    """

    code = models.CharField(max_length=20, null=True, unique=True)
    home_school = models.ForeignKey(
        "organisations.School", on_delete=models.PROTECT, related_name="+"
    )
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    account = models.OneToOneField(
        "access.Account", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    religion_sealed = models.TextField(blank=True)
    policies_sealed = models.TextField(blank=True)
    disability_sealed = models.TextField(blank=True)
    health_sealed = models.TextField(blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["personal_number_digest"],
                condition=Q(merged_into__isnull=True),
                name="records_student_number_once",
            ),
            Person.born_is_partial_date("records_student_born"),
        ]
        indexes = [
            models.Index(fields=["home_school", "name_key"], name="records_student_home"),
            models.Index(fields=["province", "name_search"], name="records_student_search"),
        ]
