"""Who is asked to sign what, and with which certificate: seen by the school and its province."""

from django.db import migrations

from kit.fences import by_province, by_school, fence


class Migration(migrations.Migration):
    dependencies = [("signing", "0001_initial")]
    operations = [
        fence("signing_credential", by_school(), by_province()),
        fence("signing_request", by_school(), by_province()),
        fence("signing_document", by_school(), by_province()),
    ]
