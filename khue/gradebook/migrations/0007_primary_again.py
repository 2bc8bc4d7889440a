"""A second test for the second strand too, and a fifth point: assessed again after help."""

from django.db import migrations, models
from django.db.models import Q


def _points(numbers: list[int]) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(point__in=numbers), name="gradebook_primary_point")


def _mark(slot: str) -> models.CheckConstraint:
    waiting_or_mark = Q(**{f"{slot}__gte": -1, f"{slot}__lte": 10})
    return models.CheckConstraint(
        condition=Q(**{f"{slot}__isnull": True}) | waiting_or_mark,
        name=f"gradebook_primary_{slot}",
    )


class Migration(migrations.Migration):
    dependencies = [("gradebook", "0006_window_for_school")]
    operations = [
        migrations.AddField(
            model_name="primaryrow", name="again2", field=models.SmallIntegerField(null=True)
        ),
        migrations.AddConstraint(model_name="primaryrow", constraint=_mark("again")),
        migrations.AddConstraint(model_name="primaryrow", constraint=_mark("again2")),
        migrations.RemoveConstraint(model_name="primaryrow", name="gradebook_primary_point"),
        migrations.AddConstraint(model_name="primaryrow", constraint=_points([1, 2, 3, 4, 5])),
    ]
