"""Reading and writing a sheet of 20,000 rows and 10 columns: `python -m benchmarks.sheets`."""

from collections.abc import Callable
from time import perf_counter
from typing import TypeVar

from kit.sheets.headers import Column, find_table
from kit.sheets.reading import open_workbook
from kit.sheets.writing import Field, Page, csv_bytes, excel_bytes

ROWS, COLUMNS = 20_000, 10
Result = TypeVar("Result")


def timed(what: str, work: Callable[[], Result]) -> Result:
    """Run the work once and print how long it took."""
    start = perf_counter()
    result = work()
    print(f"{what:<28}{(perf_counter() - start) * 1000:8.0f} ms")
    return result


def measure() -> None:
    """Print one line for each way in and out."""
    fields = [Field(f"k{number}", f"Cột {number}") for number in range(COLUMNS)]
    columns = [Column(field.key, field.title) for field in fields]
    rows = [{field.key: f"giá trị {row} {field.key}" for field in fields} for row in range(ROWS)]
    page = Page("Trang", fields, rows)
    print(f"{ROWS} rows of {COLUMNS} columns")
    workbook = timed("write Excel", lambda: excel_bytes([page]))
    timed("read Excel", lambda: open_workbook(workbook))
    text = timed("write CSV", lambda: csv_bytes(page))
    sheet = timed("read CSV", lambda: open_workbook(text)).sheets[0]
    timed("find the table", lambda: find_table(sheet, columns))


if __name__ == "__main__":
    measure()
