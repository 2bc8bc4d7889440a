"""Build khue-verify.pyz: one Python file that checks signatures and proofs without our server.

Only the pure rules that the check really imports are taken, found by following their imports, so
that a rule that reached for Django would fail the build. The same sources make the same bytes.
"""

from __future__ import annotations

import ast
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from machinery.surroundings import ROOT

TARGET = ROOT / "frontend" / "dist" / "verifier" / "khue-verify.pyz"
ENTRY = ROOT / "machinery" / "standalone.py"
OURS = ("khue", "kit")
ALLOWED = {"lxml", "cryptography", "asn1crypto", "pyhanko"}
LONG_AGO = (1980, 1, 1, 0, 0, 0)
SHEBANG = b"#!/usr/bin/env python3\n"
START = '''"""Kiểm tra các thư viện cần có, rồi chạy."""

import importlib.util
import sys

NEEDED = {needed}
if sys.version_info < (3, 11):
    sys.exit("khue-verify cần Python 3.11 trở lên.")
missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
if missing:
    print("Thiếu thư viện. Hãy gõ: python -m pip install " + " ".join(missing), file=sys.stderr)
    sys.exit(2)

from khue_verify import main

sys.exit(main())
'''


class ForbiddenImport(Exception):
    """A rule of the verifier imports something that must not be in it."""


def sources() -> dict[str, bytes]:
    """Every module of ours that the check imports, by its path in the archive.

    A package that is only passed through stands empty, so that it brings nothing else in.
    """
    found: dict[str, Path] = {}
    waiting = [ENTRY]
    while waiting:
        for name in _imports(waiting.pop()):
            path = _file_of(name)
            if path and str(path.relative_to(ROOT)) not in found:
                found[str(path.relative_to(ROOT))] = path
                waiting.append(path)
    passed = {str(Path(one).parents[up] / "__init__.py") for one in found for up in _parents(one)}
    empty = dict.fromkeys(passed - set(found), b"")
    return dict(
        sorted({**empty, **{one: path.read_bytes() for one, path in found.items()}}.items())
    )


def _parents(inside: str) -> range:
    return range(len(Path(inside).parts) - 1)


def _imports(path: Path) -> Iterator[str]:
    """The modules of ours that a file imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = list(_named(node.module, [alias.name for alias in node.names]))
        else:
            continue
        for name in names:
            _refuse_strangers(path, name.split(".")[0])
        yield from (name for name in names if name.split(".")[0] in OURS)


def _named(module: str, names: list[str]) -> Iterator[str]:
    """`from package import part`: the part where it is a module, else the package itself."""
    for name in names:
        inner = f"{module}.{name}"
        yield inner if module.split(".", maxsplit=1)[0] in OURS and _file_of(inner) else module


def _refuse_strangers(path: Path, name: str) -> None:
    known = name in sys.stdlib_module_names or name in {*ALLOWED, *OURS, "__future__"}
    if not known:
        raise ForbiddenImport(f"{path.relative_to(ROOT)} imports {name}")


def _file_of(name: str) -> Path | None:
    """The file of a module or package; None for a name inside a module."""
    place = ROOT.joinpath(*name.split("."))
    choices = (place / "__init__.py", place.with_suffix(".py"))
    return next((one for one in choices if one.is_file()), None)


def build(target: Path = TARGET) -> Path:
    """Write the archive."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".new")
    with draft.open("wb") as file:
        file.write(SHEBANG)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            _put(archive, "__main__.py", START.format(needed=sorted(ALLOWED)).encode())
            _put(archive, "khue_verify.py", ENTRY.read_bytes())
            for inside, content in sources().items():
                _put(archive, inside, content)
    draft.chmod(0o755)
    draft.replace(target)
    return target


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, LONG_AGO)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    archive.writestr(info, content)


if __name__ == "__main__":
    made = build()
    print(f"{made.relative_to(ROOT)}: {made.stat().st_size // 1024} KB, {len(sources())} modules")
