"""Gia đình: guardians, and who is whose."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Guardian(models.Model):
    """Cha, mẹ, người giám hộ: one adult, perhaps of several children."""

    name = models.CharField(max_length=150)
    name_search = models.CharField(max_length=150)
    birth_year = models.PositiveSmallIntegerField(null=True)
    job = models.CharField(max_length=150, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.CharField(max_length=120, blank=True)
    personal_number_sealed = models.TextField(blank=True)
    account = models.OneToOneField(
        "access.Account", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["phone"], name="records_guardian_phone")]


class Guardianship(models.Model):
    """Quan hệ gia đình: father, mother or guardian of a student, from day to day.

    A guardian whom a court keeps away (`blocked_reason`) sees nothing of the child.
    """

    class Relation(models.TextChoices):
        FATHER = "father", "Cha"
        MOTHER = "mother", "Mẹ"
        GUARDIAN = "guardian", "Người giám hộ"

    student = models.ForeignKey("records.Student", on_delete=models.PROTECT, related_name="+")
    guardian = models.ForeignKey(Guardian, on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(max_length=10, choices=Relation.choices)
    is_contact = models.BooleanField(default=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    blocked_reason = models.CharField(max_length=300, blank=True)
    linked_at = models.DateTimeField(null=True)
    """When a parent added the child with the code of a slip; none when the school wrote it."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["student", "guardian", "relation"],
                condition=Q(ends_on__isnull=True),
                name="records_guardianship_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="records_guardianship_days",
            ),
        ]
