"""Sổ cái: every change as an entry that is only ever appended, and the seals over them."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Entry(models.Model):
    """One change: who, when, where, what, old value, new value, reason, operation.

    `subject` names a record as `kind:id` ("student:9001", "mark:88.1.9001"). `province_id` and
    `school_id` fence the entry; both may be empty for matters of the platform itself.
    """

    operation = models.UUIDField(default=uuid.uuid4, db_index=True)
    at = models.DateTimeField()
    account_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    province_id = models.BigIntegerField(null=True)
    school_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=120)
    action = models.CharField(max_length=60)
    label = models.CharField(max_length=200, blank=True)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    batch = models.BigIntegerField(null=True)
    """Which Batch it came in; no part of what is sealed."""

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="ledger_entry_subject"),
            models.Index(fields=["school_id", "id"], name="ledger_entry_school"),
            models.Index(fields=["batch"], name="ledger_entry_batch"),
        ]


class Batch(models.Model):
    """The entries of one call, for those who follow the ledger.

    `position` is given after the commit (see services/feed.py), so that positions grow in the
    order in which a reader can see them. `kinds` are the kinds of the subjects ("mark").
    """

    at = models.DateTimeField()
    schools = ArrayField(models.BigIntegerField())
    provinces = ArrayField(models.BigIntegerField())
    kinds = ArrayField(models.CharField(max_length=120))
    entries = models.PositiveIntegerField()
    position = models.BigIntegerField(null=True, unique=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], name="ledger_batch_new", condition=models.Q(position__isnull=True)
            )
        ]


class Seal(models.Model):
    """A Merkle root over new entries, chained to the seal before and signed."""

    sealed_at = models.DateTimeField()
    entries = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    key_id = models.CharField(max_length=32)
    signature = models.CharField(max_length=128)


class Leaf(models.Model):
    """The digest of one entry, at its position under a seal."""

    entry_id = models.BigIntegerField(primary_key=True)
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seal", "position"], name="ledger_leaf_position")
        ]


class SensitiveRead(models.Model):
    """Who read what the law calls sensitive, when and why it was open to them."""

    at = models.DateTimeField()
    account_id = models.BigIntegerField()
    actor_name = models.CharField(max_length=150)
    province_id = models.BigIntegerField(null=True)
    school_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=120)
    fields = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["subject", "id"], name="ledger_read_subject")]


class DailyRoot(models.Model):
    """Gốc ngày: the signed root over the seals of a day in Vietnam, chained to the day before."""

    day = models.DateField(primary_key=True)
    previous = models.CharField(max_length=64, blank=True)
    root = models.CharField(max_length=64)
    seals = models.PositiveIntegerField()
    entries = models.PositiveIntegerField()
    last_seal = models.CharField(max_length=64, blank=True)
    last_seal_id = models.BigIntegerField()
    """Id of the last seal so far; 0 before the first."""
    key_id = models.CharField(max_length=32)
    public_key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    signature = models.CharField(max_length=128)
    made_at = models.DateTimeField()


class RootStamp(models.Model):
    """Dấu thời gian of a root of a day: an RFC 3161 token over its file, DER."""

    day = models.OneToOneField(
        DailyRoot, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    token = models.BinaryField()
    stamped_at = models.DateTimeField()
