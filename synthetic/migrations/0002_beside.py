from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("synthetic", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="syntheticprovince",
            name="department_id",
            field=models.BigIntegerField(null=True),
        ),
    ]
