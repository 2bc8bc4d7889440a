"""What a device sent is read by the school where it was written; its own account asks by itself."""

from django.db import migrations

from kit.fences import by_province, by_school, fence


class Migration(migrations.Migration):
    dependencies = [("offline", "0001_initial")]
    operations = [fence("offline_deviceoperation", by_school(), by_province())]
