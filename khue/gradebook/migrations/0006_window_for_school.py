"""A department may give one school other days of writing than its schools in general."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gradebook", "0005_results_fences")]
    operations = [
        migrations.AddField(
            model_name="entrywindow",
            name="for_school",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.school",
            ),
        ),
        migrations.RemoveConstraint(model_name="entrywindow", name="gradebook_window_once"),
        migrations.AddConstraint(
            model_name="entrywindow",
            constraint=models.UniqueConstraint(
                fields=("organisation", "for_school", "year", "period"),
                name="gradebook_window_once",
                nulls_distinct=False,
            ),
        ),
    ]
