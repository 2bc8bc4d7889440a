"""Roots of days, and their stamps: the web role writes them once and reads them."""

import django.db.models.deletion
from django.db import migrations, models

TABLES = ["ledger_dailyroot", "ledger_rootstamp"]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_append_only")]

    operations = [
        migrations.CreateModel(
            name="DailyRoot",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("previous", models.CharField(blank=True, max_length=64)),
                ("root", models.CharField(max_length=64)),
                ("seals", models.PositiveIntegerField()),
                ("entries", models.PositiveIntegerField()),
                ("last_seal", models.CharField(blank=True, max_length=64)),
                ("last_seal_id", models.BigIntegerField()),
                ("key_id", models.CharField(max_length=32)),
                ("public_key", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("signature", models.CharField(max_length=128)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RootStamp",
            fields=[
                (
                    "day",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="ledger.dailyroot",
                    ),
                ),
                ("token", models.BinaryField()),
                ("stamped_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(
            sql=[f"revoke update, delete, truncate on {table} from khue_web" for table in TABLES],
            reverse_sql=[f"grant update, delete on {table} to khue_web" for table in TABLES],
        ),
    ]
