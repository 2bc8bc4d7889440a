"""Files of cases in YAML, read exactly: a number stays what was written, never a binary float."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

VERSION = 1
LARGEST_FILE = 20_000_000
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+")


class BadFile(Exception):
    """A file that is no file of cases; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Section:
    """One top-level entry of a file: its name and what stands under it."""

    name: str
    content: Any


class _ExactLoader(yaml.SafeLoader):
    """Numbers as they are written; a key that stands twice is refused."""


def _exact_number(_: yaml.SafeLoader, node: yaml.ScalarNode) -> int | Decimal | str:
    if _WHOLE.fullmatch(node.value):
        return int(node.value)
    return Decimal(node.value) if _DECIMAL.fullmatch(node.value) else str(node.value)


def _as_written(_: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    return str(node.value)


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    twice = {str(key) for key in keys if keys.count(key) > 1}
    if twice:
        line = node.start_mark.line + 1
        raise BadFile(f"“{min(twice)}” được ghi hai lần ở khối bắt đầu từ dòng {line}.")
    return {
        key: loader.construct_object(value, deep=True)
        for key, (_, value) in zip(keys, node.value, strict=True)
    }


_ExactLoader.add_constructor("tag:yaml.org,2002:int", _exact_number)
_ExactLoader.add_constructor("tag:yaml.org,2002:float", _exact_number)
_ExactLoader.add_constructor("tag:yaml.org,2002:timestamp", _as_written)
_ExactLoader.add_constructor("tag:yaml.org,2002:map", _mapping)


def _text_of(path: Path) -> str:
    if not path.is_file():
        raise BadFile("không có tệp này.")
    if path.stat().st_size > LARGEST_FILE:
        raise BadFile("tệp lớn hơn 20 MB, không phải là tệp trường hợp.")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile("tệp không phải là văn bản UTF-8.") from error
    except OSError as error:
        raise BadFile(f"không mở được tệp ({error.strerror}).") from error


def _loaded(text: str) -> Any:
    try:
        return yaml.load(text, Loader=_ExactLoader)  # noqa: S506 - a safe loader of our own
    except yaml.YAMLError as error:
        raise BadFile(f"không phải là YAML hợp lệ{_where(error)}.") from error
    except (RecursionError, TypeError, ValueError) as error:
        raise BadFile("cấu trúc YAML không đọc được.") from error


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f" (dòng {mark.line + 1}, cột {mark.column + 1})" if mark else ""


def read_sections(path: Path) -> tuple[Section, ...]:
    """The sections of a file, in its order; raises BadFile with a sentence."""
    content = _loaded(_text_of(path))
    if not isinstance(content, Mapping):
        raise BadFile("tệp phải gồm các phần, mỗi phần một tên và danh sách trường hợp.")
    if content.get("version", VERSION) != VERSION:
        raise BadFile(f"phiên bản “{content['version']}” chưa được hỗ trợ; hãy dùng version: 1.")
    return tuple(_sections(content))


def _sections(content: Mapping[Any, Any]) -> Iterator[Section]:
    for name, cases in content.items():
        if name != "version":
            yield Section(str(name), cases)
