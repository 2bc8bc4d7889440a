"""Cổng trường: cards, devices, the school's hours, and every passing."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SchoolHours(models.Model):
    """Giờ học của trường from a day on: when a session begins and ends, what counts as late."""

    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    session = models.CharField(max_length=2)
    starts_on = models.DateField()
    opens_at = models.TimeField()
    begins_at = models.TimeField()
    ends_at = models.TimeField()
    late_after_minutes = models.PositiveSmallIntegerField(default=0)
    absent_after_minutes = models.PositiveSmallIntegerField(default=45)
    asks_health = models.BooleanField(default=False)
    weekdays = models.CharField(max_length=7, default="1111110")
    """Monday first; "1" where this session is held."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "session", "starts_on"], name="attendance_hours_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("begins_at")), name="attendance_hours_order"
            ),
        ]


class Card(models.Model):
    """Thẻ của học sinh hoặc nhân viên: the secret on it is random; only its digest is kept."""

    class State(models.TextChoices):
        ACTIVE = "active", "Đang dùng"
        LOST = "lost", "Báo mất"
        RETIRED = "retired", "Đã thay"

    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    student = models.ForeignKey(
        "records.Student", on_delete=models.PROTECT, related_name="+", null=True
    )
    staff = models.ForeignKey(
        "records.Staff", on_delete=models.PROTECT, related_name="+", null=True
    )
    number = models.CharField(max_length=20)
    """Printed on the card, to name it when it is lost."""
    code_digest = models.CharField(max_length=64, unique=True)
    sealed_code = models.TextField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.ACTIVE)
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=150)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(student__isnull=False, staff__isnull=True)
                | Q(student__isnull=True, staff__isnull=False),
                name="attendance_card_holder",
            ),
            models.UniqueConstraint(
                fields=["student"],
                condition=Q(state="active", student__isnull=False),
                name="attendance_card_of_pupil",
            ),
            models.UniqueConstraint(
                fields=["staff"],
                condition=Q(state="active", staff__isnull=False),
                name="attendance_card_of_staff",
            ),
            models.UniqueConstraint(fields=["school", "number"], name="attendance_card_number"),
        ]


class GateSettings(models.Model):
    """Cách trường dùng cổng: whether its list is taken or proposed, and what is told to whom."""

    class Takes(models.TextChoices):
        PROPOSE = "propose", "Đề nghị cho giáo viên"
        TAKE = "take", "Tự điểm danh"

    school = models.OneToOneField(
        "organisations.School", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    takes = models.CharField(max_length=7, choices=Takes.choices, default=Takes.PROPOSE)
    fever_from = models.PositiveSmallIntegerField(default=375)
    """In tenths of a degree Celsius."""
    twice_seconds = models.PositiveSmallIntegerField(default=10)
    borrowed_seconds = models.PositiveSmallIntegerField(default=60)
    tells_family = models.BooleanField(default=False)
    last_number = models.PositiveIntegerField(default=0)
    """The number printed on the newest card."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(borrowed_seconds__gte=models.F("twice_seconds")),
                name="attendance_gate_seconds",
            )
        ]


class GatePairing(models.Model):
    """Mã ghép nối thiết bị: eight letters and figures, valid for minutes, used once."""

    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    code_digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    direction = models.CharField(max_length=4, default="both")
    made_by = models.CharField(max_length=150)
    made_by_id = models.BigIntegerField()
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class GateDevice(models.Model):
    """Thiết bị ở cổng: a tablet or a PC that a leader paired; its secret is kept as a digest."""

    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=80)
    direction = models.CharField(max_length=4, default="both")
    secret_digest = models.CharField(max_length=64, unique=True)
    paired_by = models.CharField(max_length=150)
    paired_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    clock_off_seconds = models.IntegerField(default=0)
    ended_at = models.DateTimeField(null=True)


class GateEvent(models.Model):
    """Một lượt quẹt thẻ: born on a device (`id` is its UUIDv7), taken once however often it comes.

    `at`: the time that counts, corrected by the server; `device_at`: as the device's clock said.
    """

    class Direction(models.TextChoices):
        IN = "in", "Vào"
        OUT = "out", "Ra"

    class Verdict(models.TextChoices):
        GOOD = "good", "Hợp lệ"
        LATE = "late", "Đi muộn"
        TWICE = "twice", "Quẹt lại"
        BORROWED = "borrowed", "Nghi dùng thẻ của nhau"
        LOST = "lost", "Thẻ đã báo mất"
        UNKNOWN = "unknown", "Thẻ lạ"
        CLOSED = "closed", "Ngoài giờ"
        LEFT = "left", "Đã rời trường"
        RETIRED = "retired", "Thẻ đã thay"
        STALE = "stale", "Lượt của ngày khác"

    id = models.UUIDField(primary_key=True)
    school = models.ForeignKey("organisations.School", on_delete=models.PROTECT, related_name="+")
    province = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    device = models.ForeignKey(GateDevice, on_delete=models.PROTECT, related_name="+")
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="+", null=True)
    student = models.ForeignKey(
        "records.Student", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    staff = models.ForeignKey(
        "records.Staff", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    direction = models.CharField(max_length=3, choices=Direction.choices)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    day = models.DateField()
    at = models.DateTimeField()
    device_at = models.DateTimeField()
    received_at = models.DateTimeField()
    temperature = models.SmallIntegerField(null=True)
    """In tenths of a degree Celsius."""
    health = models.CharField(max_length=300, blank=True, default="")
    """A declaration, sealed."""

    class Meta:
        indexes = [
            models.Index(fields=["school", "day", "at"], name="attendance_event_school"),
            models.Index(fields=["student", "day"], name="attendance_event_student"),
            models.Index(fields=["staff", "day"], name="attendance_event_staff"),
        ]
