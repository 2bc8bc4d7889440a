"""The product may see which migrations were run, so that it can say whether it fits its tables."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = [("ledger", "0001_web_role")]
    operations = [
        migrations.RunSQL(
            sql="grant select on django_migrations to khue_web",
            reverse_sql="revoke select on django_migrations from khue_web",
        )
    ]
