"""Draw one page of the printed class book as a picture, from the demonstration's database.

DATABASE_URL=… python -m docs.images.page
"""

from __future__ import annotations

from pathlib import Path

PICTURE = Path(__file__).resolve().parent / "class-book.png"
PAGE, DOTS_PER_INCH = 40, 88


def draw() -> bytes:
    """The summary of the year of 7A, as the principal prints it."""
    from django.utils import timezone

    from demo.acting import acting_login
    from demo.blueprint import LAST_YEAR
    from demo.tables import table
    from khue.gradebook.queries.papers import class_book, open_class_paper
    from khue.gradebook.services.papers import TEMPLATES
    from khue.papers.services.rendering import render_pages
    from kit.dates import vietnam_day
    from kit.fences import EVERYTHING, scoped

    now = timezone.now()
    with scoped(EVERYTHING):
        room = table("organisations.SchoolClass").objects.get(name="7A", year=LAST_YEAR)
        paper = open_class_paper(acting_login("mailt", now), room.pk, vietnam_day(now))
        book = class_book(paper, {})
    pages = render_pages(
        TEMPLATES / "class_book.typ", book, title="7A", at=now, dots_per_inch=DOTS_PER_INCH
    )
    return pages[PAGE]


def main() -> None:
    import django

    django.setup()
    PICTURE.write_bytes(draw())
    print(f"{PICTURE.name}  {PICTURE.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
