"""Phiên bản của một phần học bạ: the XML as it was composed, and every signature on it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

PUBLISHED_STATES = ["published", "superseded", "cancelled"]
# Given up while it was being signed: its signatures are kept, it is never published.
ENDED_STATES = [*PUBLISHED_STATES, "withdrawn"]


class Version(models.Model):
    """One version of a student-year. Nothing signed is changed: a correction is a new version.

    `body`: canonical XML without signatures; `file`: with all of them, once published; `pdf`: the
    signed view. All three are sealed at rest. States: transcripts.rules.states.
    """

    part_of = models.ForeignKey(
        "transcripts.TranscriptYear", on_delete=models.PROTECT, related_name="+"
    )
    student = models.ForeignKey("records.Student", on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=16, default="draft")
    body = models.BinaryField(null=True)
    body_digest = models.CharField(max_length=64, blank=True, default="")
    file = models.BinaryField(null=True)
    file_digest = models.CharField(max_length=64, blank=True, default="")
    pdf = models.BinaryField(null=True)
    pdf_digest = models.CharField(max_length=64, blank=True, default="")
    verify_code = models.CharField(max_length=24, unique=True)
    findings = models.JSONField(default=list)
    """Why the version is not complete or not verified yet: sentences."""
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.CharField(max_length=500, blank=True, default="")
    requester = models.CharField(max_length=150, blank=True, default="")
    approver = models.CharField(max_length=150, blank=True, default="")
    document_number = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["part_of", "number"], name="transcripts_version_once"),
            models.UniqueConstraint(
                fields=["part_of"],
                condition=Q(state="published"),
                name="transcripts_one_published",
            ),
            models.UniqueConstraint(
                fields=["part_of"],
                condition=~Q(state__in=ENDED_STATES),
                name="transcripts_one_in_work",
            ),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True)
                | (~Q(reason="") & ~Q(requester="") & ~Q(document_number="")),
                name="transcripts_correction_told",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=PUBLISHED_STATES)
                | Q(file__isnull=False, published_at__isnull=False),
                name="transcripts_published_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["school", "state"], name="transcripts_version_school"),
            models.Index(fields=["student", "state"], name="transcripts_version_student"),
        ]


class Part(models.Model):
    """Phần phải ký của một phiên bản: who must sign which element, and the signature when made.

    `role`: subject, homeroom, principal, seal. `element`: Id in the body ("mh-12", "nh-2026").
    `signature`: the ds:Signature element, sealed.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    student = models.ForeignKey("records.Student", on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(max_length=10)
    element = models.CharField(max_length=60)
    class_subject_id = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField(null=True)
    signer_name = models.CharField(max_length=150)
    signature = models.BinaryField(null=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "role", "element"], name="transcripts_part_once"
            ),
            models.CheckConstraint(
                condition=Q(signature__isnull=True) | Q(signed_at__isnull=False),
                name="transcripts_part_dated",
            ),
        ]
