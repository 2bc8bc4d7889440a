"""Phần học bạ chờ ký: opened for a whole class in two reads, and the signatures taken in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from khue.ledger.api import Author, Change, Operation, append_changes
from khue.signing.api import (
    OpenRequest,
    RefusedRequest,
    Signable,
    Signed,
    SigningKind,
    XmlPlace,
    register_signing_kind,
)
from khue.transcripts.models import Part, Version
from khue.transcripts.queries.sealed import BODY, SIGNATURE, seal, unseal
from khue.transcripts.rules.signing import PERSONS, SignerRole, covered, earlier
from khue.transcripts.rules.states import Act, State, target_of
from khue.transcripts.rules.xml import part_of, signature_id, signature_value
from khue.transcripts.services.giving_up import KIND
from khue.transcripts.services.holding import label_of, subject_of

TITLE = "Học bạ số"
# One statement for a chunk; the update of Django writes a case for each row and column.
TAKE_IN = """
update transcripts_part part set signature = made.signature, signed_at = made.at,
  signer_name = made.name, account_id = made.account
from unnest(%s::bigint[], %s::bytea[], %s::timestamptz[], %s::text[], %s::bigint[])
  as made(id, signature, at, name, account)
where part.id = made.id
"""
COLUMNS = ("part_of__year", "student_id", "school_id", "province_id", "number", "state")
OPEN_IN = {
    SignerRole.SEAL: State.SIGNED_PERSONAL,
    **dict.fromkeys(PERSONS, State.CONFIRMED),
}


class PartTrouble(Exception):
    """A signature came for a part that takes none now; the whole chunk is undone."""


def register() -> None:
    kind = SigningKind(KIND, TITLE, open_many, accept_many, refuse=told_refusal, page=page)
    register_signing_kind(kind)


def page(key: str) -> str:
    """Where the transcript of a part is read before signing."""
    return f"/hoc-ba/phan/{key}/"


@dataclass(frozen=True, slots=True)
class _Opened:
    """The body of a version and the signatures on it, opened once for all its parts."""

    body: bytes
    year: str
    signatures: Mapping[str, bytes]
    parts: Sequence[tuple[SignerRole, str]]


def open_many(requests: Sequence[OpenRequest]) -> dict[int, Signable]:
    """Mở để ký: every part with the canonical bytes that its signature covers; two reads."""
    parts = {part.pk: part for part in _parts_of([int(one.key) for one in requests])}
    opened = _open([part for part in parts.values() if _may_sign(part)])
    return {
        one.id: _signable(part, opened[part.version_id], one.role)
        for one in requests
        if (part := parts.get(int(one.key))) is not None and part.version_id in opened
        if _may_sign(part)
    }


def _parts_of(keys: Iterable[int]) -> list[Part]:
    rows = Part.objects.filter(pk__in=list(keys)).select_related("version__part_of")
    return list(rows.defer("signature", "version__file", "version__pdf"))


def _may_sign(part: Part) -> bool:
    return part.signed_at is None and part.version.state == OPEN_IN[SignerRole(part.role)]


def _open(parts: Sequence[Part]) -> dict[int, _Opened]:
    leaders = {p.version_id for p in parts if SignerRole(p.role).step > SignerRole.HOMEROOM.step}
    others: dict[int, list[Part]] = defaultdict(list)
    if leaders:
        for one in Part.objects.filter(version__in=leaders).order_by("pk"):
            others[one.version_id].append(one)
    versions = {part.version_id: part.version for part in parts}
    return {pk: _opened(version, others[pk]) for pk, version in versions.items()}


def _opened(version: Version, parts: Sequence[Part]) -> _Opened:
    return _Opened(
        unseal(version.body, BODY),
        f"nh-{version.part_of.year}",
        {one.element: unseal(one.signature, SIGNATURE) for one in parts if one.signature},
        [(SignerRole(one.role), one.element) for one in parts],
    )


def _signable(part: Part, opened: _Opened, role: str) -> Signable:
    mine = SignerRole(part.role)
    body = [
        (element, part_of(opened.body, element))
        for element in covered(mine, part.element, opened.year)
    ]
    values = [
        signature_value(opened.signatures[element], element)
        for element in earlier(mine, opened.parts)
    ]
    parts = (*body, *values)
    place = XmlPlace(
        tuple(name for name, _ in parts), mine.container, signature_id(part.element), role
    )
    return Signable(b"", place=place, parts=parts)


def accept_many(signed: Sequence[Signed]) -> None:
    """Nhận chữ ký: kept sealed; a version whose last person, or seal, has signed goes on."""
    parts = {part.pk: part for part in _held_parts([int(one.key) for one in signed])}
    for one in signed:
        part = parts.get(int(one.key))
        if part is None or not _may_sign(part):
            raise PartTrouble(one.key)
        part.signature = seal(one.result, SIGNATURE)
        part.signed_at, part.account_id = one.at, one.account_id
        if part.role != SignerRole.SEAL:
            part.signer_name = one.signer_name
    _take_in(list(parts.values()))
    by_signer = {(one.account_id, one.signer_name, one.at) for one in signed}
    for account_id, name, at in by_signer:
        _advance({p.version_id for p in parts.values()}, Operation(Author(account_id, name), at))


def _take_in(parts: Sequence[Part]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            TAKE_IN,
            [
                [part.pk for part in parts],
                [part.signature for part in parts],
                [part.signed_at for part in parts],
                [part.signer_name for part in parts],
                [part.account_id for part in parts],
            ],
        )


def _held_parts(keys: Collection[int]) -> list[Part]:
    """Parts with their versions, locked in one order, so that two last signers take turns."""
    versions = Part.objects.filter(pk__in=keys).values("version")
    list(Version.objects.filter(pk__in=versions).order_by("pk").select_for_update().only("pk"))
    return _parts_of(keys)


def _advance(versions: Collection[int], operation: Operation) -> None:
    """Versions that wait for no person any more, and those that the school has sealed."""
    waiting = Part.objects.filter(version__in=versions, signature__isnull=True)
    open_roles: dict[int, set[str]] = defaultdict(set)
    for version, role in waiting.values_list("version_id", "role"):
        open_roles[version].add(role)
    persons = [pk for pk in versions if not open_roles[pk] & set(PERSONS)]
    whole = [pk for pk in versions if not open_roles[pk]]
    _move(persons, Act.SIGN_LAST_PERSON, State.CONFIRMED, operation)
    _move(whole, Act.SEAL, State.SIGNED_PERSONAL, operation)


def _move(ids: Sequence[int], act: Act, before: State, operation: Operation) -> None:
    rows = Version.objects.filter(Q(pk__in=ids) & Q(state=before))
    moved = list(rows.values_list("pk", *COLUMNS))
    if not moved:
        return
    after = target_of(act)
    rows.filter(pk__in=[row[0] for row in moved]).update(
        state=after, changed_at=operation.at, changed_by=operation.author.name
    )
    append_changes(operation, [_change(row, act, after) for row in moved])


def _change(row: tuple[int, int, int, int, int, int, str], act: Act, after: State) -> Change:
    version, year, _, school_id, province_id, number, old = row
    return Change(
        subject=subject_of(version),
        action=act.value,
        label=label_of(year, number),
        old=old,
        new={"state": after},
        school_id=school_id,
        province_id=province_id,
    )


def told_refusal(refused: Sequence[RefusedRequest]) -> None:
    """Từ chối ký: the office reads who refused what and why, beside the version."""
    reasons = {int(one.key): one for one in refused}
    for part in _held_parts(list(reasons)):
        one = reasons[part.pk]
        told = f"{one.name} từ chối ký: {one.reason}"
        version = part.version
        version.findings = [*version.findings, told]
        version.save(update_fields=["findings"])
