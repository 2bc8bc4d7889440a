"""A connection is seen where it was registered; what it read, by whose data it was."""

from django.db import migrations

from kit.fences import by_province, by_school, fence

OF_A_VISIBLE_CLIENT = (
    "exists (select from interchange_client c where c.id = interchange_clientgrant.client_id)"
)


class Migration(migrations.Migration):
    dependencies = [("interchange", "0001_initial")]
    operations = [
        fence("interchange_client", by_school(), by_province()),
        fence("interchange_clientgrant", OF_A_VISIBLE_CLIENT),
        fence("interchange_reading", by_school(), by_province(), free_insert=True),
        migrations.RunSQL(
            sql=["revoke update, delete, truncate on interchange_reading from khue_web"],
            reverse_sql=["grant update, delete on interchange_reading to khue_web"],
        ),
    ]
