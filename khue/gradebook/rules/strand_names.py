"""Phân môn, mạch nội dung của môn tích hợp: which subjects have them is data, not code."""

from functools import cache

from khue.gradebook.rules.dated import rows_of


@cache
def strand_names(subject_name: str) -> tuple[str, ...]:
    """Tên các phân môn in their order; none for a subject without strands."""
    return tuple(row["name"] for row in rows_of("strands") if row["subject"] == subject_name)


@cache
def strands_decide(subject_name: str) -> bool:
    """Whether the cell of the subject follows from its strands (Nghệ thuật) or stands alone."""
    return any(
        row["decides"] == "all" for row in rows_of("strands") if row["subject"] == subject_name
    )
