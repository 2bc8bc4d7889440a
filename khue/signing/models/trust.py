"""Danh sách tin cậy: certificates that this installation trusts, and proof fetched about them."""

from __future__ import annotations

from django.db import models


class TrustedCertificate(models.Model):
    """Chứng thư tin cậy: a root, an authority between, or the root of a timestamp authority.

    Law: TT 22/2020/TT-BTTTT (an administrator adds and removes trusted authorities). Never
    deleted: `removed_at` ends the trust for new signatures.
    """

    class Kind(models.TextChoices):
        ROOT = "root", "Gốc tin cậy"
        BETWEEN = "between", "Chứng thư trung gian"
        TIME = "time", "Gốc của dịch vụ cấp dấu thời gian"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    certificate = models.BinaryField()
    fingerprint = models.CharField(max_length=64)
    name = models.CharField(max_length=300)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True, default="")
    added_by = models.CharField(max_length=150)
    added_at = models.DateTimeField()
    removed_by = models.CharField(max_length=150, blank=True, default="")
    removed_at = models.DateTimeField(null=True)
    removed_reason = models.CharField(max_length=300, blank=True, default="")
    keeps_past = models.BooleanField(default=True, db_default=True)
    """After removal: signatures with a trusted time before it stay good."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "fingerprint"],
                condition=models.Q(removed_at__isnull=True),
                name="signing_trusted_once",
            )
        ]


class KeptEvidence(models.Model):
    """An OCSP response or a CRL that was fetched and is still fresh; shared by all signers."""

    class Kind(models.TextChoices):
        OCSP = "ocsp", "OCSP"
        CRL = "crl", "CRL"

    kind = models.CharField(max_length=4, choices=Kind.choices)
    about = models.CharField(max_length=64)
    """SHA-256 of the certificate asked about (OCSP) or of the address of the list (CRL)."""
    content = models.BinaryField()
    produced_at = models.DateTimeField()
    fresh_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "about"], name="signing_evidence_once")
        ]
