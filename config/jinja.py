"""The one Jinja2 environment: strict undefined names, autoescape, our few globals and filters."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from jinja2 import Environment, FileSystemBytecodeCache, StrictUndefined

from kit import assets, dates, numbers
from kit.sheets.screens import lists_without_export


@lru_cache(maxsize=16384)
def url(name: str, *args: object, **kwargs: object) -> str:
    """The address of a route; a page asks for dozens, and most of them again."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def environment(**options: Any) -> Environment:
    made = Environment(  # noqa: S701  (Django passes autoescape=True in options)
        **{**options, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True},
        extensions=["jinja2.ext.do"],
        bytecode_cache=_kept_templates(settings.TEMPLATE_CACHE),
    )
    made.globals.update(url=url, asset=assets.asset, asset_css=assets.asset_css)
    made.tests.update(list_without_export=lists_without_export)
    made.filters.update(
        born=dates.print_born,
        vn_date=dates.print_date,
        vn_datetime=dates.print_moment,
        vn_time=dates.print_clock,
        long_date=dates.print_long_date,
        weekday=dates.weekday_name,
        mark=numbers.print_mark,
        grouped=numbers.print_integer,
    )
    return made


def _kept_templates(folder: str) -> FileSystemBytecodeCache | None:
    """Where compiled templates outlive the process; a changed template is compiled anew."""
    if not folder:
        return None
    Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    return FileSystemBytecodeCache(folder)
