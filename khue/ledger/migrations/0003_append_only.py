"""The web role appends and reads; it cannot change, delete or empty what was written."""

from django.db import migrations

from kit.fences import by_province, by_school, fence

TABLES = ["ledger_entry", "ledger_seal", "ledger_leaf", "ledger_sensitiveread"]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_ledger")]
    operations = [
        migrations.RunSQL(
            sql=[f"revoke update, delete, truncate on {table} from khue_web" for table in TABLES],
            reverse_sql=[f"grant update, delete on {table} to khue_web" for table in TABLES],
        ),
        fence("ledger_entry", by_school(), by_province(), free_insert=True),
        fence("ledger_sensitiveread", by_school(), by_province(), free_insert=True),
    ]
