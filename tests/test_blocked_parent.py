"""A father whom a court keeps away from one child: at once, everywhere, and nobody else is touched.

He has another child and an account that is signed in while the school writes the decision down.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from khue.access.api import Role, child_place, grant_role
from khue.access.queries.phones import people_of_phone
from khue.contactbook.api import notices_for, post_to_family
from khue.ledger.api import Author, Operation
from khue.messaging.api import Outgoing, order_messages
from khue.messaging.services import providers
from khue.messaging.tests.post import SMS, Obedient
from khue.records.api import block_guardian, children_of_account, children_of_phone
from khue.records.services.families import unblock_guardian
from kit.dates import vietnam_day
from kit.fences import EVERYTHING, scoped
from kit.vietnamese import search_key
from tests.cast import Cast, make_account, table
from tests.walks import every_route

PHONE = "0913000001"
DECISION = "Quyết định số 12/2026/QĐST-HNGĐ ngày 10/11/2026"


@dataclass
class Family:
    """Minh's mother and father; the father has Dương too."""

    cast: Cast
    account: Any
    link: Any
    now: Any = field(default_factory=timezone.now)

    @property
    def child(self) -> Any:
        return self.cast.minh.student

    @property
    def father(self) -> Client:
        return self.browser

    def block(self) -> None:
        with scoped(EVERYTHING):
            block_guardian(
                actor=self.cast.thu.actor,
                now=self.now,
                guardianship_id=self.link.pk,
                reason=DECISION,
            )

    def unblock(self) -> None:
        with scoped(EVERYTHING):
            unblock_guardian(
                actor=self.cast.thu.actor,
                now=self.now,
                guardianship_id=self.link.pk,
                reason="Quyết định số 3/2027 thay đổi quyết định trước",
            )

    def __post_init__(self) -> None:
        self.cast.people["sac"] = type(self.cast.lan)(self.account.name, self.account)
        self.browser = self.cast.client("sac")


@pytest.fixture
def family(cast: Cast) -> Family:
    with scoped(EVERYTHING):
        account = make_account(PHONE, "Triệu Văn Sắc", "guardian")
        guardian = table("records.Guardian").objects.create(
            name=account.name,
            name_search=search_key(account.name),
            phone=PHONE,
            account=account,
            created_at=timezone.now(),
        )
        links = []
        for child in (cast.minh.student, cast.classmates[0]):
            link = table("records.Guardianship").objects.create(
                student=child, guardian=guardian, relation="father", starts_on=date(2026, 8, 1)
            )
            links.append(link)
            grant_role(
                operation=Operation(Author(None, "Nhà trường"), timezone.now()),
                account_id=account.pk,
                role=Role.GUARDIAN,
                place=child_place(child.pk),
                place_name=child.name,
                school_id=cast.school.pk,
                province_id=cast.department.pk,
                valid_from=date(2026, 8, 1),
                source="family",
                source_key=f"guardianship:{link.pk}",
            )
    return Family(cast, account, links[0])


def pages_of_a_child(child: Any) -> Iterator[str]:
    """Every page of a family that names a child and nothing else in its address."""
    for route in every_route():
        if route.parameters == ("student_id",):
            address = reverse(route.name, args=[child.pk])
            if address.startswith("/con/"):
                yield address


def statuses(client: Client, child: Any) -> dict[str, int]:
    return {one: client.get(one).status_code for one in pages_of_a_child(child)}


def test_every_page_of_the_child_is_gone_in_the_running_session(family: Family) -> None:
    mother = family.cast.client("lan")
    before = statuses(family.father, family.child)
    assert len(before) > 5
    assert before == statuses(mother, family.child)
    assert 200 in before.values()
    hers = statuses(mother, family.child)
    family.block()
    gone = statuses(family.father, family.child)
    assert {gone[one] for one, status in before.items() if status != 405} == {404}
    assert statuses(mother, family.child) == hers
    other = family.cast.classmates[0]
    assert family.father.get(f"/con/{other.pk}/").status_code == 200


def test_lists_name_the_other_child_alone(family: Family) -> None:
    assert family.child.name in family.father.get("/").text
    family.block()
    home = family.father.get("/", follow=True).text
    assert family.child.name not in home
    assert family.cast.classmates[0].name in home
    with scoped(EVERYTHING):
        today = vietnam_day(family.now)
        assert [one.id for one in children_of_account(family.account.pk, today)] == [
            family.cast.classmates[0].pk
        ]


def post(family: Family, key: str) -> None:
    school = family.cast.school
    post_to_family(
        operation=Operation(Author(None, "Nhà trường"), family.now),
        now=family.now,
        key=key,
        kind="reminder",
        title="Nhắc nộp bài",
        texts={family.child.pk: f"Em {family.child.name} nhớ nộp bài."},
        school_id=school.pk,
        province_id=school.province_id,
        urgent=True,
        channels=("sms",),
    )


@pytest.fixture
def phones(family: Family, settings: Any) -> Iterator[Obedient]:
    settings.MESSAGING = SMS
    obedient = Obedient()
    providers.register_channel("obedient", obedient.open)
    yield obedient
    del providers._OPENERS["obedient"]


def receivers(key: str) -> set[int]:
    with scoped(EVERYTHING):
        rows = table("contactbook.Receipt").objects.filter(notice__key=key)
        return set(rows.values_list("account_id", flat=True))


def waiting_for(phone_end: str) -> int:
    with scoped(EVERYTHING):
        rows = table("messaging.Message").objects.filter(state="waiting")
        return int(rows.filter(shown_address__endswith=phone_end).count())


def test_notices_of_before_are_gone_and_new_ones_pass_him_by(
    family: Family, phones: Obedient
) -> None:
    post(family, "truoc")
    assert family.account.pk in receivers("truoc")
    assert "Nhắc nộp bài" in family.father.get("/thong-bao-cua-toi/").text
    family.block()
    assert "Nhắc nộp bài" not in family.father.get("/thong-bao-cua-toi/").text
    with scoped(EVERYTHING):
        notice = table("contactbook.Notice").objects.get(key="truoc")
    assert family.father.get(f"/thong-bao-cua-toi/{notice.pk}/").status_code == 404
    mother = family.cast.client("lan")
    assert mother.get(f"/thong-bao-cua-toi/{notice.pk}/").status_code == 200
    post(family, "sau")
    assert family.account.pk not in receivers("sau")
    assert family.cast.lan.account.pk in receivers("sau")


def test_what_still_waits_to_go_out_to_him_is_called_off(family: Family, phones: Obedient) -> None:
    post(family, "truoc")
    operation = Operation(Author(None, "Nhà trường"), family.now)
    pushes = [
        Outgoing(
            intent=f"push:{account}",
            channel="push",
            text="Em vắng sáng nay.",
            account_id=account,
            student_id=family.child.pk,
        )
        for account in (family.account.pk, family.cast.lan.account.pk)
    ]
    phones_of_both = SMS | {"day": {"kind": "obedient", "channel": "push"}}
    with scoped(EVERYTHING), override_settings(MESSAGING=phones_of_both):
        order_messages(operation=operation, now=family.now, title="Đẩy", outgoing=pushes)
    assert waiting_for("001") == 2
    family.block()
    assert waiting_for("001") == 1
    with scoped(EVERYTHING):
        rows = table("messaging.Message").objects.filter(intent__startswith="push:")
        states = {one.account_id: one.state for one in rows}
    assert states == {family.account.pk: "cancelled", family.cast.lan.account.pk: "waiting"}


def test_a_phone_that_the_mother_uses_too_goes_on(family: Family, phones: Obedient) -> None:
    with scoped(EVERYTHING):
        guardian = family.cast.lan.guardian
        guardian.phone = PHONE
        guardian.save()
    post(family, "truoc")
    before = waiting_for("001")
    family.block()
    assert waiting_for("001") == before > 0


def test_look_up_by_sms_and_the_code_to_enter_know_the_other_child_alone(family: Family) -> None:
    family.block()
    today = vietnam_day(family.now)
    with scoped(EVERYTHING):
        assert children_of_phone(PHONE, today) == (family.cast.classmates[0].pk,)
        [person] = people_of_phone(PHONE, today)
    assert "Minh" not in person.note
    assert "Dương" in person.note


def test_a_code_for_the_transcript_that_he_gave_away_opens_nothing(family: Family) -> None:
    with scoped(EVERYTHING):
        transcript = table("transcripts.Transcript").objects.create(
            student=family.child,
            province=family.cast.department,
            code="HB-1",
            created_at=family.now,
        )
        for number, name in enumerate((family.account.name, family.cast.lan.name)):
            table("transcripts.Share").objects.create(
                transcript=transcript,
                student=family.child,
                province=family.cast.department,
                code_digest=f"{number:064}",
                given_by=name,
                given_at=family.now,
                valid_until=family.now,
            )
    family.block()
    with scoped(EVERYTHING):
        ended = table("transcripts.Share").objects.filter(ended_at__isnull=False)
        assert [one.given_by for one in ended] == [family.account.name]


def test_a_talk_about_the_child_is_closed_to_him(family: Family) -> None:
    with scoped(EVERYTHING):
        thread = table("contactbook.Thread").objects.create(
            teacher=family.cast.hoa.account,
            teacher_name=family.cast.hoa.name,
            subject="Xin đổi chỗ ngồi",
            opened_by_id=family.account.pk,
            opened_at=family.now,
            last_at=family.now,
            student=family.child,
            school=family.cast.school,
            province=family.cast.department,
        )
        table("contactbook.ThreadMessage").objects.create(
            thread=thread,
            intent=uuid4(),
            account_id=family.account.pk,
            name=family.account.name,
            from_family=True,
            text="Em nhìn bảng không rõ.",
            written_at=family.now,
            told_at=family.now,
            student=family.child,
            school=family.cast.school,
            province=family.cast.department,
        )
    address = f"/trao-doi/{thread.pk}/"
    assert family.father.get(address).status_code == 200
    family.block()
    assert family.father.get(address).status_code == 404
    assert family.father.post(address, {"text": "Alo"}).status_code == 404
    assert "Xin đổi chỗ ngồi" not in family.father.get("/trao-doi/").text


def test_the_last_child_blocked_leaves_an_account_that_sees_nothing(family: Family) -> None:
    with scoped(EVERYTHING):
        other = table("records.Guardianship").objects.get(student=family.cast.classmates[0])
        block_guardian(
            actor=family.cast.thu.actor,
            now=family.now,
            guardianship_id=other.pk,
            reason=DECISION,
        )
    family.block()
    with scoped(EVERYTHING):
        assert people_of_phone(PHONE, vietnam_day(family.now)) == []
        assert notices_for(family.account.pk, family.child.pk) == []
    assert family.child.name not in family.father.get("/", follow=True).text


def test_unblocking_gives_everything_back(family: Family) -> None:
    before = statuses(family.father, family.child)
    family.block()
    family.unblock()
    assert statuses(family.father, family.child) == before
    with scoped(EVERYTHING):
        said = table("ledger.Entry").objects.filter(subject=f"student:{family.child.pk}")
        acts = list(said.order_by("pk").values_list("action", flat=True))
    assert acts[-2:] == ["block_guardian", "unblock_guardian"]


def test_the_school_sees_the_decision_and_he_does_not(family: Family) -> None:
    family.block()
    office = family.cast.client("thu").get(f"/hoc-sinh/{family.child.pk}/gia-dinh/").text
    assert DECISION in office
    assert DECISION not in family.father.get("/", follow=True).text
