"""Notices: seen by who sends them and by whom they came to; a conversation by its two sides."""

from django.db import migrations

from kit.fences import by_province, by_school, by_student, fence

CAME_TO_ME = "exists (select from contactbook_receipt r where r.notice_id = {table}.{column})"


class Migration(migrations.Migration):
    dependencies = [("contactbook", "0001_initial")]
    operations = [
        fence("contactbook_receipt", by_school(), by_province(), by_student()),
        fence(
            "contactbook_notice",
            by_school(),
            by_province(),
            CAME_TO_ME.format(table="contactbook_notice", column="id"),
        ),
        fence(
            "contactbook_noticefile",
            by_school(),
            by_province(),
            CAME_TO_ME.format(table="contactbook_noticefile", column="notice_id"),
        ),
        fence("contactbook_thread", by_school(), by_student()),
        fence("contactbook_threadmessage", by_school(), by_student()),
    ]
