"""What stands at the addresses of signing: a file that waits, and its request."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec

from khue.signing.rules.authorities import Subject, Validity, make_root
from khue.signing.rules.certificates import facts_of
from khue.signing.services.documents import sealed
from tests.cast import NOW, table


def make_signing_work(school: Any, teacher: Any) -> dict[str, Any]:
    """One file that waits for the teacher, asked for by herself, in an act of signing."""
    where = {"school_id": school.pk, "province_id": school.province_id}
    document = table("signing.Document").objects.create(
        kind="test.paper",
        key=str(school.pk),
        title="Danh sách",
        file_name="danh-sach.txt",
        media_type="text/plain",
        format="cms",
        level="B-B",
        content=sealed(b"Danh sach"),
        original_digest="0" * 64,
        looks=[None],
        verify_code=secrets.token_hex(8),
        place=school.organisation.path,
        view_permission="gradebook.view_marks",
        asked_by="Ai đó",
        asked_at=NOW,
        **where,
    )
    request = table("signing.Request").objects.create(
        kind="signing.document",
        key=f"{document.pk}.1",
        bundle=f"signing.document:{document.pk}",
        group="danh-sach",
        group_title="Danh sách",
        title="Danh sách",
        account=teacher.account,
        format="cms",
        level="B-B",
        asked_by="Ai đó",
        asked_by_id=teacher.account.pk,
        asked_at=NOW,
        batch=uuid4(),
        **where,
    )
    return {
        "document_id": document.pk,
        "request_id": request.pk,
        "batch": request.batch,
        "trusted_id": _trusted_root().pk,
        "credential_id": _seal(school, where).pk,
    }


def _seal(school: Any, where: dict[str, Any]) -> Any:
    """The registered seal of the school; its key is elsewhere."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = school.organisation.name
    lasts = Validity(NOW - timedelta(days=30), NOW + timedelta(days=3000))
    made = make_root(Subject(name, name), key, lasts)
    facts = facts_of(made)
    return table("signing.Credential").objects.create(
        holder="organisation",
        organisation=school.organisation,
        backend="local",
        certificate=made,
        fingerprint=facts.fingerprint,
        subject_name=name,
        subject_organisation=name,
        issuer=facts.issuer,
        serial=facts.serial,
        valid_from=facts.valid_from,
        valid_to=facts.valid_to,
        registered_by="Ai đó",
        registered_at=NOW,
        **where,
    )


def _trusted_root() -> Any:
    """A root of the list, which serves every school alike."""
    rows = table("signing.TrustedCertificate").objects
    return rows.first() or _new_root(rows)


def _new_root(rows: Any) -> Any:
    key = ec.generate_private_key(ec.SECP256R1())
    lasts = Validity(NOW - timedelta(days=30), NOW + timedelta(days=3000))
    made = make_root(Subject("CA gốc thử nghiệm", "Cơ quan thử nghiệm"), key, lasts)
    facts = facts_of(made)
    return rows.create(
        kind="root",
        certificate=made,
        fingerprint=facts.fingerprint,
        name=facts.name,
        valid_from=facts.valid_from,
        valid_to=facts.valid_to,
        added_by="Ai đó",
        added_at=NOW,
    )
