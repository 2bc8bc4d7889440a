"""Messages name people: seen by the school that sends them and its province; what comes in by none."""

from django.db import migrations

from kit.fences import by_province, by_school, fence


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial")]
    operations = [
        fence("messaging_batch", by_school(), by_province()),
        fence("messaging_message", by_school(), by_province()),
        fence("messaging_budget", by_school(), by_province()),
        fence("messaging_inbound"),
    ]
