"""Chứng thư số đã đăng ký: which certificate signs for whom, and where its key is found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Credential(models.Model):
    """Chứng thư số của một người, hoặc của một đơn vị (con dấu số).

    The key is never here, nor a PIN: `settings` only says where the key is found (slot and label
    of a token, name of a remote service and id of the credential there, address of the agent).
    """

    class Holder(models.TextChoices):
        PERSON = "person", "Cá nhân"
        ORGANISATION = "organisation", "Tổ chức"

    class Backend(models.TextChoices):
        PKCS11 = "pkcs11", "Thiết bị ký (PKCS#11)"
        CSC = "csc", "Ký số từ xa"
        LOCAL = "local", "USB token trên máy của người ký"
        DEMO = "demo", "Khóa trình diễn"

    holder = models.CharField(max_length=12, choices=Holder.choices)
    account = models.ForeignKey(
        "access.Account", on_delete=models.PROTECT, related_name="+", null=True
    )
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+", null=True
    )
    backend = models.CharField(max_length=8, choices=Backend.choices)
    settings = models.JSONField(default=dict)
    certificate = models.BinaryField()
    chain = models.JSONField(default=list)
    """Certificates above, nearest first, DER in base64."""
    fingerprint = models.CharField(max_length=64)
    subject_name = models.CharField(max_length=200)
    subject_title = models.CharField(max_length=200, blank=True, default="")
    subject_organisation = models.CharField(max_length=300, blank=True, default="")
    issuer = models.CharField(max_length=300)
    serial = models.CharField(max_length=64)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    image = models.BinaryField(null=True)
    """Hình chữ ký (blue) or hình con dấu (red): PNG with transparency, NĐ 30/2020."""
    school_id = models.BigIntegerField(null=True)
    province_id = models.BigIntegerField(null=True)
    registered_by = models.CharField(max_length=150)
    registered_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    retired_reason = models.CharField(max_length=300, blank=True, default="")
    wrong_secrets = models.PositiveSmallIntegerField(default=0)
    """How often in a row the PIN was wrong; a right one begins anew."""
    locked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(holder="person", account__isnull=False, organisation__isnull=True)
                | Q(holder="organisation", organisation__isnull=False, account__isnull=True),
                name="signing_credential_holder",
            ),
            models.UniqueConstraint(
                fields=["account", "fingerprint"],
                condition=Q(retired_at__isnull=True, account__isnull=False),
                name="signing_credential_of_person",
            ),
            models.UniqueConstraint(
                fields=["organisation", "fingerprint"],
                condition=Q(retired_at__isnull=True, organisation__isnull=False),
                name="signing_credential_of_organisation",
            ),
        ]
