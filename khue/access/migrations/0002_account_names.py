"""Accounts are listed by given name and found without diacritics."""

from django.db import migrations, models

from kit.vietnamese import given_name_key, search_key


def index_names(apps, schema_editor):
    accounts = apps.get_model("access", "Account").objects.all()
    for account in accounts.iterator():
        accounts.filter(pk=account.pk).update(
            name_key=given_name_key(account.name), name_search=search_key(account.name)
        )


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [
        migrations.AddField(
            "account",
            "name_key",
            models.CharField(max_length=400, db_collation="C", default="", editable=False),
        ),
        migrations.AddField(
            "account",
            "name_search",
            models.CharField(max_length=150, default="", editable=False),
        ),
        migrations.AddIndex(
            "account", models.Index(fields=["name_key"], name="access_account_name")
        ),
        migrations.RunPython(index_names, migrations.RunPython.noop, elidable=True),
    ]
