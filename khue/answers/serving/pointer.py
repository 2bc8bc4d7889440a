"""Tệp trỏ: which file answers for which publication at this moment; put in place at one stroke."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from khue.answers.rules.keys import SecretKind

NAME = "current.json"


@dataclass(frozen=True, slots=True)
class Published:
    """One publication as the public meets it."""

    slug: str
    title: str
    owner: str
    kind: SecretKind
    opens_at: datetime
    file: str


def write_pointer(folder: Path, published: list[Published]) -> None:
    """Replace the pointer; whoever reads sees the old one or the new one, never a part."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{NAME}.{secrets.token_hex(6)}"
    with draft.open("w") as file:
        file.write(pointer_text(published))
        file.flush()
        os.fsync(file.fileno())
    draft.chmod(0o640)
    draft.replace(folder / NAME)
    _keep_name(folder)


def pointer_text(published: list[Published]) -> str:
    lines = [{**asdict(one), "opens_at": one.opens_at.isoformat()} for one in published]
    return json.dumps({"published": lines}, ensure_ascii=False, indent=1)


def read_pointer(text: str) -> list[Published]:
    """What a pointer says."""
    return [
        Published(
            **{
                **one,
                "kind": SecretKind(one["kind"]),
                "opens_at": datetime.fromisoformat(one["opens_at"]),
            }
        )
        for one in json.loads(text)["published"]
    ]


def _keep_name(folder: Path) -> None:
    """After a power cut the folder still names the new file."""
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
