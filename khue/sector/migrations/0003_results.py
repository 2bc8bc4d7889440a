"""Results of terms and years are a kind of data too (52)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sector", "0002_fences")]

    operations = [
        migrations.RemoveConstraint(model_name="kindstate", name="sector_kind_known"),
        migrations.AddConstraint(
            model_name="kindstate",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [1, 2, 3, 4, 52])), name="sector_kind_known"
            ),
        ),
    ]
