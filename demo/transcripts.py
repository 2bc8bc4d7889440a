"""Học bạ của năm học trước: one class published, one being signed, one to be confirmed.

The signers hold keys of the demonstration; their PIN is told with the list of people.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from demo.acting import acting_homeroom, acting_role, on_day
from demo.blueprint import LAST_YEAR
from demo.last_year import LastYear
from demo.tables import table, write
from khue.access.api import Actor, Role, actor_of_account
from khue.ledger.api import Author, Operation
from khue.signing.rules.shapes import Holder
from khue.signing.services.backends.demo import keep_demo_key
from khue.signing.services.bulk import sign_slice
from khue.signing.services.credentials import NewCredential, keep_credential
from khue.signing.services.demonstration import demonstration_certificate
from khue.transcripts.rules.states import Act
from khue.transcripts.services.acting import take_class_step

PIN = "123456"
COMPOSED, SIGNED, OUT = (on_day(2026, 8, day) for day in (27, 28, 29))
PUBLISHED_CLASS, SIGNING_CLASS = "7A", "7B"
COMMENTS = {
    True: (
        "Nắm chắc kiến thức, trình bày rõ ràng; cần phát huy.",
        "Chủ động học tập, vận dụng tốt vào bài mới.",
        "Tích cực phát biểu, biết giúp đỡ bạn khi làm việc nhóm.",
        "Bài làm cẩn thận, có nhiều tiến bộ trong học kì II.",
        "Tư duy tốt; nên đọc thêm tài liệu để mở rộng kiến thức.",
        "Hoàn thành tốt các nhiệm vụ học tập, đúng hạn.",
        "Biết tự kiểm tra và sửa lỗi; cần giữ nhịp học đều.",
    ),
    False: (
        "Hiểu bài, có cố gắng; cần luyện tập thêm ở nhà.",
        "Tiếp thu bài khá; cần chú ý hơn khi trình bày.",
        "Có tiến bộ; nên mạnh dạn hỏi thầy cô khi chưa hiểu.",
        "Nắm được kiến thức cơ bản; cần làm bài tập đầy đủ.",
        "Chăm chỉ trên lớp; cần ôn lại kiến thức cũ thường xuyên.",
    ),
}
GOOD = 65
LONGEST = 600


def tell_transcripts(last_year: LastYear, now: datetime) -> None:
    """Every class composed and checked; one goes all the way, one waits for its teachers."""
    write("gradebook.SubjectComment", list(_comments(last_year)))
    seals = _give_keys(last_year.school, now)
    for room in last_year.rooms:
        _check(last_year.school, room)
        if room.name in (PUBLISHED_CLASS, SIGNING_CLASS):
            _take(last_year.school, room, Role.PRINCIPAL, Act.CONFIRM, SIGNED)
        if room.name == PUBLISHED_CLASS:
            _sign(last_year.school, room, seals)
            _take(last_year.school, room, Role.PRINCIPAL, Act.PUBLISH, OUT)


def _comments(last_year: LastYear) -> Iterator[dict[str, Any]]:
    """What each teacher says at the end of the year."""
    results = table("gradebook.SubjectResult").objects.filter(class_subject__in=last_year.books)
    for one in results:
        good = one.result is not None and one.result >= GOOD
        yield {
            "year": LAST_YEAR,
            "class_subject_id": one.class_subject_id,
            "period": 2,
            "student_id": one.student_id,
            "school_id": one.school_id,
            "province_id": one.province_id,
            "strengths": _one_of(COMMENTS[good], one.student_id + 3 * one.class_subject_id),
        }


def _one_of(texts: tuple[str, ...], number: int) -> str:
    """Neighbours and subjects read differently, and a second run reads the same."""
    return texts[number % len(texts)]


def _check(school: Any, room: Any) -> None:
    """Composed by the homeroom teacher, checked and compared by the office."""
    homeroom = acting_homeroom(room, COMPOSED)
    for act in (Act.RECOMPOSE, Act.COMPLETE):
        take_class_step(actor=homeroom, now=COMPOSED, class_id=room.pk, act=act)
    for act in (Act.VERIFY, Act.RECONCILE):
        _take(school, room, Role.OFFICE, act, COMPOSED)


def _take(school: Any, room: Any, role: Role, act: Act, at: datetime) -> None:
    actor = acting_role(school, role, at)
    take_class_step(actor=actor, now=at, class_id=room.pk, act=act)


def _give_keys(school: Any, now: datetime) -> int:
    """Everybody with an account at the school can sign; so can the school. The seal's id."""
    staff = table("records.Staff").objects.filter(home_school=school, account__isnull=False)
    for one in staff.order_by("pk"):
        title = "Hiệu trưởng" if _leads(one) else "Giáo viên"
        _give_key(school, now, Holder.PERSON, one.name, title=title, account_id=one.account_id)
    return _give_key(school, now, Holder.ORGANISATION, school.organisation.name)


def _leads(staff: Any) -> bool:
    return bool(table("records.Posting").objects.filter(staff=staff, kind="01").exists())


def _give_key(
    school: Any,
    now: datetime,
    holder: Holder,
    name: str,
    *,
    title: str = "",
    account_id: int | None = None,
) -> int:
    signer, key = demonstration_certificate(
        holder=holder,
        name=name,
        title=title,
        organisation=school.organisation.name,
        now=now,
        elliptic=True,
    )
    new = NewCredential(
        backend="demo",
        signer=signer,
        settings=keep_demo_key(key, secret=PIN),
        organisation_id=None if account_id else school.pk,
    )
    return keep_credential(
        operation=Operation(Author(None, "Dữ liệu trình diễn"), now),
        new=new,
        account_id=account_id,
        school_id=school.pk,
        province_id=school.province_id,
    )


def _sign(school: Any, room: Any, seal: int) -> None:
    """Whoever is asked signs, turn by turn; the office puts the seal of the school on it."""
    requests = table("signing.Request").objects.filter(group__startswith=f"transcripts:{room.pk}:")
    for step in range(1, 4):
        waiting = requests.filter(step=step, state="waiting")
        for account_id in set(waiting.values_list("account_id", flat=True)):
            mine = list(waiting.filter(account_id=account_id).values_list("pk", flat=True))
            _sign_all(_signer(account_id), _key_of(account_id), mine, SIGNED, step)
    sealed = list(requests.filter(step=4).values_list("pk", flat=True))
    _sign_all(acting_role(school, Role.OFFICE, OUT), seal, sealed, OUT, 0)


def _signer(account_id: int) -> Actor:
    name = table("access.Account").objects.values_list("name", flat=True).get(pk=account_id)
    return actor_of_account(account_id, name, SIGNED.date())


def _key_of(account_id: int) -> int:
    keys = table("signing.Credential").objects.filter(account_id=account_id)
    return int(keys.values_list("pk", flat=True).get())


def _sign_all(actor: Actor, key: int, requests: list[int], at: datetime, step: int) -> None:
    outcome = sign_slice(
        actor=actor,
        now=at + timedelta(hours=step),
        credential_id=key,
        secret=PIN,
        request_ids=requests,
        batch=None,
        budget_seconds=LONGEST,
    )
    if outcome.trouble or outcome.left:
        raise RuntimeError(outcome.trouble or "not everything was signed")
