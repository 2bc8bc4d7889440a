"""Việc chờ ký: one signature that one person, or one seal, is asked for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Request(models.Model):
    """One signature asked of one account, or of the seal of one organisation.

    `kind` says which registered context opens the document and takes the signature ("key" is its
    word for it); `group` puts requests that belong together into one line of the inbox. `step`:
    a request opens when every earlier step of the same `bundle` is signed.

    SIGNED only when everything that the level promises is there: until the timestamp and the proof
    are fetched, the value is kept in `kept` and the request is UNFINISHED.
    """

    class State(models.TextChoices):
        BLOCKED = "blocked", "Chờ người ký trước"
        WAITING = "waiting", "Chờ ký"
        PREPARED = "prepared", "Đang ký"
        UNFINISHED = "unfinished", "Chờ dấu thời gian"
        SIGNED = "signed", "Đã ký"
        REFUSED = "refused", "Từ chối ký"
        WITHDRAWN = "withdrawn", "Đã thu hồi"

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    bundle = models.CharField(max_length=120)
    step = models.PositiveSmallIntegerField(default=1)
    group = models.CharField(max_length=120)
    group_title = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    position = models.IntegerField(default=0)
    account = models.ForeignKey(
        "access.Account", on_delete=models.PROTECT, related_name="+", null=True
    )
    seal_of = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+", null=True
    )
    format = models.CharField(max_length=8)
    level = models.CharField(max_length=4)
    role = models.CharField(max_length=120, blank=True, default="")
    school_id = models.BigIntegerField(null=True)
    province_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.CharField(max_length=150)
    asked_by_id = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    batch = models.UUIDField(null=True)
    """What the signer chose to sign in one act; kept, so that the act can be taken up again."""
    kept = models.BinaryField(null=True)
    """While PREPARED or UNFINISHED: what finishing needs, sealed."""
    trouble = models.CharField(max_length=300, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    credential_id = models.BigIntegerField(null=True)
    signed_by = models.CharField(max_length=150, blank=True, default="")
    signed_at = models.DateTimeField(null=True)
    result_digest = models.CharField(max_length=64, blank=True, default="")
    refused_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False, seal_of__isnull=True)
                | Q(account__isnull=True, seal_of__isnull=False),
                name="signing_request_signer",
            ),
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=~Q(state__in=["refused", "withdrawn"]),
                name="signing_request_once",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "state", "group"], name="signing_request_inbox"),
            models.Index(fields=["seal_of", "state", "group"], name="signing_request_seal"),
            models.Index(fields=["bundle", "step"], name="signing_request_bundle"),
            models.Index(fields=["asked_by_id", "state"], name="signing_request_asked"),
            models.Index(fields=["batch"], name="signing_request_batch"),
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state="unfinished"),
                name="signing_request_unfinished",
            ),
        ]
