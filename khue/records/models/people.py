"""What every person's file holds: names with their keys, sex, birth, and sealed numbers."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

BORN = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"


class Sex(models.TextChoices):
    MALE = "M", "Nam"
    FEMALE = "F", "Nữ"


class Person(models.Model):
    """A person for life. `born` is a date, a month or only a year: "2015-03-09", "2015".

    `name_key` sorts by given name first, the Vietnamese way; `name_search` is folded without
    diacritics. The personal number is sealed; its digest finds it and keeps it unique.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    name = models.CharField(max_length=150)
    name_key = models.CharField(max_length=400, db_collation="C")
    name_search = models.CharField(max_length=150)
    sex = models.CharField(max_length=1, choices=Sex.choices)
    born = models.CharField(max_length=10, blank=True)
    birth_place = models.CharField(max_length=200, blank=True)
    home_town = models.CharField(max_length=200, blank=True)
    ethnic_group = models.CharField(max_length=2, blank=True)
    nationality = models.CharField(max_length=3, default="704")
    address = models.CharField(max_length=300, blank=True)
    commune_code = models.CharField(max_length=5, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.CharField(max_length=120, blank=True)
    personal_number_sealed = models.TextField(blank=True)
    personal_number_digest = models.CharField(max_length=32, null=True)
    number_findings = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True

    @staticmethod
    def born_is_partial_date(name: str) -> models.CheckConstraint:
        return models.CheckConstraint(condition=Q(born="") | Q(born__regex=BORN), name=name)
