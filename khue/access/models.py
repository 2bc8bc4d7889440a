"""Accounts, sessions and grants: who may enter, and what was granted where."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from kit.vietnamese import given_name_key, search_key


class Account(models.Model):
    """Tài khoản: one person's way in. The login name is kept folded to lower case."""

    class Kind(models.TextChoices):
        STAFF = "staff", "Cán bộ, giáo viên"
        OFFICER = "officer", "Cơ quan quản lý"
        GUARDIAN = "guardian", "Phụ huynh"
        STUDENT = "student", "Học sinh"

    login = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=150)
    name_key = models.CharField(max_length=400, db_collation="C", default="", editable=False)
    name_search = models.CharField(max_length=150, default="", editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    password = models.CharField(max_length=200, blank=True)
    first_code_digest = models.CharField(max_length=64, blank=True)
    first_code_expires = models.DateTimeField(null=True)
    totp_sealed = models.TextField(blank=True)
    totp_confirmed_at = models.DateTimeField(null=True)
    totp_last_step = models.BigIntegerField(null=True)
    recovery_digests = models.JSONField(default=list)
    created_at = models.DateTimeField()
    password_changed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(login__regex=r"^[a-z0-9][a-z0-9._@+-]{2,63}$"),
                name="access_account_login_form",
            )
        ]
        indexes = [models.Index(fields=["name_key"], name="access_account_name")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.index_name()
        super().save(*args, **kwargs)

    def index_name(self) -> None:
        """Keep the keys by which a name is sorted and found."""
        self.name_key = given_name_key(self.name)
        self.name_search = search_key(self.name)


class Session(models.Model):
    """Phiên đăng nhập: known by the digest of its token, so the table opens no door."""

    token_digest = models.CharField(max_length=64, primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    second_factor_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    address = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account", "-seen_at"], name="access_session_account")]


class Grant(models.Model):
    """Phân quyền: a role at a place, from one day to another; never deleted, only ended."""

    class Source(models.TextChoices):
        MANUAL = "manual", "Phân quyền"
        ASSIGNMENT = "assignment", "Theo phân công"
        FAMILY = "family", "Theo quan hệ gia đình"
        DELEGATION = "delegation", "Ủy quyền"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    place = models.CharField(max_length=200)
    place_name = models.CharField(max_length=200)
    province_id = models.BigIntegerField(null=True)
    school_id = models.BigIntegerField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.MANUAL)
    source_key = models.CharField(max_length=60, blank=True)
    delegated_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+"
    )
    granted_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="access_grant_dates",
            ),
            models.CheckConstraint(
                condition=~Q(source="delegation") | Q(valid_to__isnull=False),
                name="access_delegation_ends",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "valid_from"], name="access_grant_account"),
            models.Index(
                fields=["place"], name="access_grant_place", opclasses=["text_pattern_ops"]
            ),
            models.Index(fields=["source_key"], name="access_grant_source"),
        ]


class LoginAttempt(models.Model):
    """An attempt to enter, counted per login name and per address to slow a guesser down."""

    at = models.DateTimeField()
    login = models.CharField(max_length=64)
    address = models.GenericIPAddressField(null=True)
    succeeded = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["login", "-at"], name="access_attempt_login"),
            models.Index(fields=["address", "-at"], name="access_attempt_address"),
        ]


class EntryCode(models.Model):
    """Mã đăng nhập qua tin nhắn: asked for by a phone, known only by keyed digests.

    A phone that nobody registered has rows too, without a code, so that nothing tells it apart.
    The phone is sealed until the code is on its way, then forgotten.
    """

    phone_digest = models.CharField(max_length=64)
    phone_sealed = models.TextField(blank=True)
    code_digest = models.CharField(max_length=64, blank=True)
    address = models.GenericIPAddressField(null=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    proved_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=5), name="access_code_tries"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(proved_at__isnull=False),
                name="access_code_proved_first",
            ),
        ]
        indexes = [
            models.Index(fields=["phone_digest", "-asked_at"], name="access_code_phone"),
            models.Index(fields=["address", "-asked_at"], name="access_code_address"),
            models.Index(fields=["asked_at"], name="access_code_age"),
        ]
