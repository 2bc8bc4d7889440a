"""Conversations with the office, closed ones, complaints; the choices of a school; keys."""

import django.db.models.deletion
from django.db import migrations, models

SIDES = [
    ("homeroom", "Giáo viên chủ nhiệm"),
    ("subject", "Giáo viên bộ môn"),
    ("office", "Văn phòng nhà trường"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_account_names"),
        ("contactbook", "0002_fences"),
        ("organisations", "0002_year_decisions"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField()),
                ("value", models.JSONField(default=dict)),
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
        migrations.AddConstraint(
            model_name="contactpolicy",
            constraint=models.UniqueConstraint(
                fields=("school", "starts_on"), name="contactbook_policy_once"
            ),
        ),
        migrations.AddField(
            "notice", "key", models.CharField(max_length=150, null=True, unique=True)
        ),
        migrations.AddField(
            "thread", "closed_by", models.CharField(blank=True, default="", max_length=150)
        ),
        migrations.AddField("thread", "complained_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "thread", "complained_by", models.CharField(blank=True, default="", max_length=150)
        ),
        migrations.AddField(
            "thread", "complaint", models.CharField(blank=True, default="", max_length=500)
        ),
        migrations.AddField(
            "thread",
            "side",
            models.CharField(choices=SIDES, default="subject", max_length=8),
        ),
        migrations.AddField("thread", "with_pupil", models.BooleanField(default=False)),
        migrations.AlterField(
            "thread",
            "teacher",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="access.account",
            ),
        ),
        migrations.AddConstraint(
            "thread",
            models.CheckConstraint(
                condition=models.Q(("teacher__isnull", False), ("side", "office"), _connector="OR"),
                name="contactbook_thread_somebody",
            ),
        ),
        migrations.AddIndex(
            "threadmessage",
            models.Index(fields=["thread", "id"], name="contactbook_message_thread"),
        ),
        migrations.AddIndex(
            "threadmessage",
            models.Index(fields=["student", "written_at"], name="contactbook_message_student"),
        ),
    ]
