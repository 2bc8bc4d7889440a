"""Codes that came by SMS to enter with; nobody reads the table but the entering itself."""

from django.db import migrations, models

from kit.fences import fence


class Migration(migrations.Migration):
    dependencies = [("access", "0002_account_names")]
    operations = [
        migrations.CreateModel(
            name="EntryCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("phone_digest", models.CharField(max_length=64)),
                ("phone_sealed", models.TextField(blank=True)),
                ("code_digest", models.CharField(blank=True, max_length=64)),
                ("address", models.GenericIPAddressField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("proved_at", models.DateTimeField(null=True)),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["phone_digest", "-asked_at"], name="access_code_phone"),
                    models.Index(fields=["address", "-asked_at"], name="access_code_address"),
                    models.Index(fields=["asked_at"], name="access_code_age"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(tries__lte=5), name="access_code_tries"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(used_at__isnull=True)
                        | models.Q(proved_at__isnull=False),
                        name="access_code_proved_first",
                    ),
                ],
            },
        ),
        fence("access_entrycode"),
    ]
