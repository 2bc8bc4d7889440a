"""The tree of organisations: the line of management, and professional supervision beside it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Organisation(models.Model):
    """Cơ quan, trường: a node of the tree. `parent` is the managing body (đơn vị quản lý).

    `path` is the line of ids from the ministry down; it is a place of the gate.
    """

    class Kind(models.TextChoices):
        MINISTRY = "ministry", "Bộ Giáo dục và Đào tạo"
        DEPARTMENT = "department", "Sở Giáo dục và Đào tạo"
        COMMUNE = "commune", "Ủy ban nhân dân xã, phường"
        SCHOOL = "school", "Trường học"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    code = models.CharField(max_length=35)
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=400, db_collation="C")
    name_search = models.CharField(max_length=200)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=120)
    province_code = models.CharField(max_length=2, blank=True)
    commune_code = models.CharField(max_length=5, blank=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="organisations_code_of_kind"),
            models.CheckConstraint(
                condition=(Q(kind="ministry") & Q(parent__isnull=True))
                | (~Q(kind="ministry") & Q(parent__isnull=False)),
                name="organisations_only_ministry_is_root",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="organisations_days",
            ),
        ]
        indexes = [
            models.Index(
                fields=["path"], name="organisations_path", opclasses=["text_pattern_ops"]
            ),
            models.Index(fields=["parent", "name_key"], name="organisations_children"),
        ]


class School(models.Model):
    """Trường: what is kept of a school beside its place in the tree; shares the organisation's id.

    `levels` holds DM_CAP_HOC codes of every level it teaches; `managed_by` is the level of its
    managing body by its highest level (XA, SO, BO, KHAC), `supervisor` the department that guides
    it professionally.
    """

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    province = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    supervisor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    managed_by = models.CharField(max_length=4)
    level_group = models.CharField(max_length=2)
    levels = ArrayField(models.CharField(max_length=2))
    school_type = models.CharField(max_length=2, blank=True)
    ownership = models.CharField(max_length=2, default="01")
    area_kind = models.CharField(max_length=2, blank=True)
    difficult_area = models.CharField(max_length=2, blank=True)
    national_standard = models.CharField(max_length=2, blank=True)
    two_sessions = models.BooleanField(default=False)
    lunch_boarding = models.BooleanField(default=False)
    boarding = models.BooleanField(default=False)
    address = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.CharField(max_length=120, blank=True)
    website = models.CharField(max_length=120, blank=True)
    founded_on = models.DateField(null=True)
    register_pattern = models.CharField(max_length=40, default="{number}")


class Site(models.Model):
    """Điểm trường: the main site or a satellite site of a school."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=150)
    is_main = models.BooleanField(default=False)
    address = models.CharField(max_length=300, blank=True)
    distance_km = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    reached_by = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "code"], name="organisations_site_code"),
            models.UniqueConstraint(
                fields=["school"], condition=Q(is_main=True), name="organisations_one_main_site"
            ),
        ]
