"""The family's page: one child at a time, put together from the doors of many contexts."""

from khue.portal.queries.family.diary import DiaryDay, DiaryWeek, diary_week
from khue.portal.queries.family.overview import Overview, family_overview

__all__ = ["DiaryDay", "DiaryWeek", "Overview", "diary_week", "family_overview"]
