"""Kết quả theo kịp lớp học: pupils come and go, columns change; results follow by themselves."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from khue.gradebook.services.counting import recount_stale, stale_books
from khue.gradebook.services.results_check import repair_class

MARKED_CLASSES = """
select distinct book.school_class_id from organisations_classsubject book
join organisations_schoolclass class on class.id = book.school_class_id
where book.id = any(%s) and exists (select from gradebook_studentresult kept
  where kept.year = class.year and kept.school_class_id = class.id)
"""


def follow_classes(*, now: datetime) -> int:
    """Count stale books again and put the results of their classes right; how many classes.

    The caller's scope must see the pupils of every school.
    """
    books = stale_books(now)
    recount_stale(now=now)
    with connection.cursor() as cursor:
        cursor.execute(MARKED_CLASSES, [books])
        classes = sorted(row[0] for row in cursor.fetchall())
    for class_id in classes:
        repair_class(class_id, now=now)
    return len(classes)
