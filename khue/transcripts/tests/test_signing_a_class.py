"""A class from its book to the published file: who signs what, and what each signature covers."""

from __future__ import annotations

from khue.signing.api import read_xades
from khue.signing.tests.pki import Pki
from khue.transcripts.queries.sealed import FILE, unseal
from khue.transcripts.rules.container import misplaced
from khue.transcripts.tests.yearbook import (
    Signing,
    bring_to_confirmed,
    finish_class,
    newest,
    publish_class,
    states,
)
from tests.cast import Cast


def test_a_class_is_signed_and_published(cast: Cast, pki: Pki) -> None:
    finish_class(cast)
    bring_to_confirmed(cast)
    assert states(cast) == ["confirmed"] * 4
    people = Signing(cast, pki)
    people.sign("hoa")
    people.sign("binh")
    people.sign("binh")
    assert states(cast) == ["confirmed"] * 4
    people.sign("mai")
    assert states(cast) == ["signed_personal"] * 4
    people.sign("thu", seal=True)
    assert states(cast) == ["signed_org"] * 4
    assert len(publish_class(cast).done) == 4
    content = unseal(newest(cast.minh.student).file, FILE)
    found = read_xades(content, positions=misplaced)
    assert [one.fault for one in found] == [""] * 12
    assert all(one.intact for one in found)
