"""Kết nối dữ liệu: programs that may read, what they were given, and what they read."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Client(models.Model):
    """Phần mềm kết nối, registered by the administrator of a place; its secret is a digest.

    `place` is where it was registered: nobody below may change it, and it reads nothing outside.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=300)
    contact_name = models.CharField(max_length=150)
    contact_email = models.CharField(max_length=120)
    contact_phone = models.CharField(max_length=20, blank=True)
    place = models.CharField(max_length=120)
    place_name = models.CharField(max_length=200)
    school_id = models.BigIntegerField(null=True)
    province_id = models.BigIntegerField()
    secret_digest = models.CharField(max_length=64)
    secret_made_at = models.DateTimeField()
    calls_a_minute = models.PositiveIntegerField()
    expires_on = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"],
                condition=Q(revoked_at__isnull=True),
                name="interchange_client_name",
            )
        ]


class ClientGrant(models.Model):
    """Phạm vi được cấp: one scope at one place, at or below the place of the program."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="grants")
    scope = models.CharField(max_length=60)
    place = models.CharField(max_length=120)
    place_name = models.CharField(max_length=200)
    school_id = models.BigIntegerField(null=True)
    province_id = models.BigIntegerField(null=True)
    """Only where the whole province is meant; a commune carries neither."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "scope", "place"], name="interchange_grant_once"
            )
        ]


class AccessToken(models.Model):
    """Mã truy cập: known by its digest; carries what the program holds, so that one read tells."""

    digest = models.CharField(max_length=64, primary_key=True)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    client_name = models.CharField(max_length=120)
    grants = models.JSONField()
    calls_a_minute = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)


class CallCount(models.Model):
    """Số lần gọi of a program in the running minute; `what` is "call" or "token"."""

    client_id = models.UUIDField()
    what = models.CharField(max_length=5)
    minute = models.BigIntegerField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client_id", "what"], name="interchange_count_once")
        ]


class Reading(models.Model):
    """Lượt đọc dữ liệu: which program read how many records of which school, when.

    A row for every school whose records an answer held; one without a school when it held none.
    """

    at = models.DateTimeField()
    client_id = models.UUIDField()
    client_name = models.CharField(max_length=120)
    endpoint = models.CharField(max_length=80)
    scopes = ArrayField(models.CharField(max_length=60), default=list)
    school_id = models.BigIntegerField(null=True)
    province_id = models.BigIntegerField(null=True)
    records = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["school_id", "-at"], name="interchange_reading_school"),
            models.Index(fields=["province_id", "-at"], name="interchange_reading_province"),
        ]


class Export(models.Model):
    """Gói OneRoster của nhiều trường, ordered by a program, made in the background, fetched once.

    `grants`: what the program held when it ordered. `records`: how many of which school, for the
    log of readings. Its content is sealed, and goes when it was fetched or its days are over.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    task_id = models.UUIDField(null=True)
    school_id = models.BigIntegerField(null=True)
    province_id = models.BigIntegerField()
    grants = models.JSONField()
    gradebook = models.BooleanField()
    ordered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    size = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    records = models.JSONField(default=dict)


class ExportPart(models.Model):
    """Một đoạn của gói, sealed by itself; the label of the seal holds its number."""

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["export", "number"], name="interchange_part_once")
        ]
