"""Công bố kết quả: what is published where, and each file that was made for it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from khue.answers.rules.states import STATE_NAMES, State


class Publication(models.Model):
    """Một kì công bố: its title, its address, when it opens, which edition answers.

    `current` is what the public sees, `previous` what it saw before; None when nothing is.
    When, by whom and why it was withdrawn stands here until it is published again.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    place = models.CharField(max_length=200)
    place_name = models.CharField(max_length=200)
    province_id = models.BigIntegerField(null=True)
    school_id = models.BigIntegerField(null=True)
    opens_at = models.DateTimeField()
    current = models.ForeignKey(
        "answers.Edition", on_delete=models.PROTECT, null=True, related_name="+"
    )
    previous = models.ForeignKey(
        "answers.Edition", on_delete=models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=150, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=150, blank=True, default="", db_default="")
    withdrawn_why = models.CharField(max_length=300, blank=True, default="", db_default="")
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(current__isnull=True) | Q(published_at__isnull=False),
                name="answers_published_has_time",
            ),
            models.CheckConstraint(
                condition=Q(current__isnull=True)
                | Q(previous__isnull=True)
                | ~Q(current=F("previous")),
                name="answers_previous_is_another",
            ),
        ]


class Edition(models.Model):
    """Một bản của kì công bố: an upload, what was chosen, and the file that was made of it.

    `sealed` holds the upload until it is forgotten; `choice` and `titles` name columns, never a
    person; `file` is the name of the immutable file below KHUE_DATA_DIR.
    """

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    province_id = models.BigIntegerField(null=True)
    school_id = models.BigIntegerField(null=True)
    state = models.CharField(
        max_length=10, choices=[(state, STATE_NAMES[state]) for state in State]
    )
    file_name = models.CharField(max_length=200)
    sealed = models.TextField(blank=True)
    choice = models.JSONField(default=dict)
    titles = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    task_id = models.UUIDField(null=True)
    file = models.CharField(max_length=120, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    uploaded_by = models.CharField(max_length=150)
    uploaded_at = models.DateTimeField()
    built_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "number"], name="answers_edition_number"
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(State)), name="answers_edition_state"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.READY) | ~Q(file=""), name="answers_ready_has_file"
            ),
        ]
