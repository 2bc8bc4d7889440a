"""Imports hold names and numbers of people: each school sees its own."""

from django.db import migrations

from kit.fences import by_school, fence


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]
    operations = [
        fence("intake_run", by_school()),
        fence("intake_upload", by_school()),
        fence("intake_planrow", by_school()),
        fence("intake_effect", by_school()),
    ]
