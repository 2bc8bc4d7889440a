"""A program that may read the data of a school."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from tests.cast import NOW, table


def make_client(school: Any, child: Any) -> dict[str, Any]:
    """Registered at the school, with one scope there and one reading in the log."""
    node = school.organisation
    client = table("interchange.Client").objects.create(
        name="Thư viện số",
        purpose="Cấp thẻ thư viện",
        contact_name="Hứa Văn Quản",
        contact_email="quan@thu-vien.example",
        place=node.path,
        place_name=node.name,
        school_id=school.pk,
        province_id=school.province_id,
        secret_digest="0" * 64,
        secret_made_at=NOW,
        calls_a_minute=600,
        expires_on=date(2027, 11, 1),
        created_at=NOW,
        created_by="Ai đó",
    )
    table("interchange.ClientGrant").objects.create(
        client=client,
        scope="students.read",
        place=node.path,
        place_name=node.name,
        school_id=school.pk,
    )
    table("interchange.Reading").objects.create(
        at=NOW,
        client_id=client.pk,
        client_name=client.name,
        endpoint="api/v1/students",
        scopes=["students.read"],
        school_id=school.pk,
        province_id=school.province_id,
        records=3,
    )
    export = table("interchange.Export").objects.create(
        client=client,
        school_id=school.pk,
        province_id=school.province_id,
        grants=[],
        gradebook=False,
        ordered_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )
    return {
        "export_id": export.pk,
        "client_id": client.pk,
        "person": child.public_id,
        "sourced_id": uuid4(),
        "inner_id": uuid4(),
    }
