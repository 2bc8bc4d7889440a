"""Old Excel files are parsed in a child process that may fall without hurting anybody.

Sizes inside such a file cannot be checked beforehand, and a damaged one can ask for more
memory than there is. The child has a limit of memory and time; when it falls, the file is
refused as broken.
"""

import pickle
import resource
import subprocess
import sys
from pathlib import Path

from kit.sheets.cells import Sheet
from kit.sheets.limits import MEGABYTE, Limits
from kit.sheets.parsing import parse_workbook
from kit.sheets.refusals import SheetRefused

_HOUSE = Path(__file__).resolve().parents[2]
_MEMORY = 2048 * MEGABYTE
_SECONDS = 60


def parse_in_child(data: bytes, limits: Limits) -> tuple[Sheet, ...]:
    """The sheets of an old workbook; raise SheetRefused as if it were parsed here."""
    question = pickle.dumps((data, limits))
    command = [sys.executable, "-m", "kit.sheets.isolation"]
    try:
        child = subprocess.run(
            command, input=question, capture_output=True, cwd=_HOUSE, timeout=_SECONDS, check=True
        )
    except subprocess.SubprocessError as fallen:
        raise SheetRefused("BROKEN") from fallen
    answer = pickle.loads(child.stdout)  # noqa: S301  (written by our own child)
    if isinstance(answer, tuple):
        return answer
    raise SheetRefused(answer["key"], **answer["data"])


def _answer(data: bytes, limits: Limits) -> tuple[Sheet, ...] | dict[str, object]:
    try:
        return parse_workbook(data, limits)
    except SheetRefused as refused:
        return {"key": refused.key, "data": refused.data}


def main() -> None:
    """Answer one question from standard input, with little memory to spend."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    data, limits = pickle.load(sys.stdin.buffer)  # noqa: S301  (written by our own parent)
    pickle.dump(_answer(data, limits), sys.stdout.buffer)


if __name__ == "__main__":
    main()
