"""Tên che bớt: what is shown of a person outside the school."""

from __future__ import annotations


def masked_name(name: str) -> str:
    """First letters only: "Nông Thị Hoa" is "N. T. H."."""
    return " ".join(f"{word[0]}." for word in name.split())
