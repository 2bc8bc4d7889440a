"""Bảng từng dòng của các biểu: where each number comes from, for those who check it.

`python -m khue.statistics.rules.form_table > docs/reference/statistics-forms.md` writes it anew.
"""

from __future__ import annotations

from khue.statistics.rules.declared import declared_rows
from khue.statistics.rules.identities import IDENTITIES
from khue.statistics.rules.reports import FORM_NAMES, FormRow, form_rows

HEAD = """# Statistics forms, row by row

Where each row of forms 01-MN and 02-TH comes from. *counted*: from the files of the platform, by
the sentence in the last column (see `khue/statistics/rules/sources.py`). *declared*: the platform
cannot know it; the school writes it once a school year, with history, on the sheet of the form.
*not in the model*: left empty; the rows below it, without a code, tell what is known. Very small
ethnic groups (`@very_small`) are those of `khue/statistics/data/very-small-groups.csv`, each with
its days and source. Its rows are marked `M`: the list was written from memory of the decree, the
reference does not print it. The form says so until somebody holds a row against the print and marks
it `C`. A decree that replaces it is new rows with their own days, the old ones get a last day.

This file is written by `python -m khue.statistics.rules.form_table`.
"""


def form_table() -> str:
    """The whole page."""
    parts = [HEAD]
    for form, name in FORM_NAMES.items():
        parts += [f"\n## {name}\n", "| Row | Content | From | How |", "| --- | --- | --- | --- |"]
        parts += [_line(row) for row in form_rows(form)]
        parts += ["\nChecked between rows, in every column both sides have:\n"]
        parts += [f"- {one.text}" for one in IDENTITIES[form]]
        parts += ["\nDeclared by schools:\n"]
        parts += [f"- `{one.key}` ({one.unit}): {one.label}" for one in declared_rows(form)]
    return "\n".join(parts) + "\n"


def _line(row: FormRow) -> str:
    if row.is_title:
        return f"| | **{row.label}** | | |"
    said = f"`{row.said}`".replace("|", "\\|") if row.said else ""
    return f"| {row.code} | {row.label} | {_origin(row)} | {said} |"


def _origin(row: FormRow) -> str:
    if row.source is None:
        return "not in the model"
    return "declared" if row.is_declared else "counted"


if __name__ == "__main__":
    import sys

    sys.stdout.write(form_table())
