"""What the product's processes are told through their environment."""

import os
import secrets
from collections.abc import Mapping, MutableMapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPILED = ROOT / "var" / "compiled"
SECRET_NAMES = ("KHUE_SECRET_KEY", "KHUE_FIELD_KEY", "KHUE_SEAL_KEY")
LOOPBACK_HOSTS = "127.0.0.1,localhost"

TEST_SURROUNDINGS: Mapping[str, str] = {
    "DATABASE_URL": "postgresql://khue@127.0.0.1:1/each_test_run_starts_its_own",
    "KHUE_SECRET_KEY": "chi-dung-khi-kiem-thu-" + "k" * 32,
    "KHUE_FIELD_KEY": "11" * 32,
    "KHUE_SEAL_KEY": "22" * 32,
    "KHUE_HOSTS": f"testserver,{LOOPBACK_HOSTS}",
    "KHUE_DEMO": "1",
    "KHUE_TEMPLATE_CACHE": str(ROOT / "var" / "test" / "templates"),
}


def demo_secrets(file: Path) -> dict[str, str]:
    """Read the demo's secrets; on the first run make them, readable by their owner only."""
    if not file.exists():
        _write_secrets(file)
    lines = [line.partition("=") for line in file.read_text().splitlines() if "=" in line]
    return {name: value for name, _, value in lines}


def child_environment(*settings: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment with the product's settings laid over it."""
    merged = dict(os.environ)
    for layer in settings:
        merged.update(layer)
    merged["PYTHONUNBUFFERED"] = "1"
    keep_compiled(merged)
    return merged


def keep_compiled(environment: MutableMapping[str, str]) -> None:
    """Let processes keep what Python compiled, also where they are told to write nothing.

    Otherwise each of them compiles two thousand files anew before it does anything.
    """
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment.setdefault("PYTHONPYCACHEPREFIX", str(COMPILED))


def _write_secrets(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as target:
        target.writelines(f"{name}={secrets.token_hex(32)}\n" for name in SECRET_NAMES)
