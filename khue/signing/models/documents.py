"""Tệp được ký: a file that waits for signatures, and its signed form."""

from __future__ import annotations

from django.db import models


class Document(models.Model):
    """A file that was handed in to be signed by one or several people in their order.

    `kind` and `key` are the words of the context that handed it in ("gradebook.class_book",
    "88.1"). The bytes are sealed at rest. A new version supersedes; nothing is written over.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Đang chờ ký"
        SIGNED = "signed", "Đã ký đủ"
        REFUSED = "refused", "Bị từ chối ký"
        WITHDRAWN = "withdrawn", "Đã thu hồi"
        SUPERSEDED = "superseded", "Đã có bản thay thế"

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=300)
    file_name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=100)
    format = models.CharField(max_length=8)
    level = models.CharField(max_length=4)
    content = models.BinaryField()
    """The newest form: the file with every signature so far (CMS: the file itself), sealed."""
    signatures = models.BinaryField(null=True)
    """The detached CMS beside a file that is neither PDF nor XML, sealed."""
    looks = models.JSONField(default=list)
    """Where each step stands in a PDF: {"page": 0, "box": [x1, y1, x2, y2]}, or null."""
    original_digest = models.CharField(max_length=64)
    verify_code = models.CharField(max_length=24, unique=True)
    place = models.CharField(max_length=200)
    """Path of the gate, where `view_permission` is asked for."""
    view_permission = models.CharField(max_length=80)
    school_id = models.BigIntegerField(null=True)
    province_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.CharField(max_length=150)
    asked_by_id = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key", "version"], name="signing_document_version"
            ),
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=models.Q(state="waiting"),
                name="signing_document_waits_once",
            ),
        ]
        indexes = [models.Index(fields=["school_id", "kind"], name="signing_document_school")]
