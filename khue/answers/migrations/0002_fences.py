"""Uploads name candidates: a publication is seen where it was made, and by its province."""

from django.db import migrations

from kit.fences import by_province, by_school, fence


class Migration(migrations.Migration):
    dependencies = [("answers", "0001_initial")]
    operations = [
        fence("answers_publication", by_school(), by_province()),
        fence("answers_edition", by_school(), by_province()),
    ]
