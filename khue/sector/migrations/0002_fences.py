"""What was sent, its faults and receipts name people: seen by the school and its province."""

from django.db import migrations

from kit.fences import by_province, by_school, fence

TABLES = [
    "sector_submission",
    "sector_kindstate",
    "sector_sentrecord",
    "sector_supplement",
    "sector_faultrow",
    "sector_receipt",
    "sector_outgoing",
]


class Migration(migrations.Migration):
    dependencies = [("sector", "0001_initial")]
    operations = [fence(table, by_school(), by_province()) for table in TABLES]
