"""How a school uses its gate, and the one-time codes that pair a device; seen by the school."""

import django.db.models.deletion
from django.db import migrations, models

from kit.fences import by_school, fence


class Migration(migrations.Migration):
    dependencies = [
        ("attendance", "0002_fences"),
        ("organisations", "0002_year_decisions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="gateevent",
            name="verdict",
            field=models.CharField(
                choices=[
                    ("good", "Hợp lệ"),
                    ("late", "Đi muộn"),
                    ("twice", "Quẹt lại"),
                    ("borrowed", "Nghi dùng thẻ của nhau"),
                    ("lost", "Thẻ đã báo mất"),
                    ("unknown", "Thẻ lạ"),
                    ("closed", "Ngoài giờ"),
                    ("left", "Đã rời trường"),
                    ("retired", "Thẻ đã thay"),
                    ("stale", "Lượt của ngày khác"),
                ],
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="GatePairing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code_digest", models.CharField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("direction", models.CharField(default="both", max_length=4)),
                ("made_by", models.CharField(max_length=150)),
                ("made_by_id", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "province",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.school",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GateSettings",
            fields=[
                (
                    "school",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="organisations.school",
                    ),
                ),
                (
                    "takes",
                    models.CharField(
                        choices=[("propose", "Đề nghị cho giáo viên"), ("take", "Tự điểm danh")],
                        default="propose",
                        max_length=7,
                    ),
                ),
                ("fever_from", models.PositiveSmallIntegerField(default=375)),
                ("twice_seconds", models.PositiveSmallIntegerField(default=10)),
                ("borrowed_seconds", models.PositiveSmallIntegerField(default=60)),
                ("tells_family", models.BooleanField(default=False)),
                ("last_number", models.PositiveIntegerField(default=0)),
                (
                    "province",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("borrowed_seconds__gte", models.F("twice_seconds"))),
                        name="attendance_gate_seconds",
                    )
                ],
            },
        ),
        fence("attendance_gatesettings", by_school()),
        fence("attendance_gatepairing", by_school()),
    ]
