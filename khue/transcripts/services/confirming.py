"""Xác nhận và trình ký: the leader vouches, the parts are laid out, everyone is asked to sign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction

from khue.access.api import Actor, Role, accounts_by_ids
from khue.records.api import staff_of_school
from khue.signing.api import Ask, Format, Level, ask_for_signatures
from khue.transcripts.models import Part
from khue.transcripts.permissions import CONFIRM
from khue.transcripts.queries.sources import Teacher
from khue.transcripts.rules.facts import CONTINUING
from khue.transcripts.rules.signing import PERSONS, PartPlan, SignerRole, parts_to_sign
from khue.transcripts.rules.states import Act
from khue.transcripts.services.composing import Work, open_work
from khue.transcripts.services.giving_up import KIND
from khue.transcripts.services.holding import Held, TranscriptRefused, operation_of
from khue.transcripts.services.signed_pdf import pdf_asks
from khue.transcripts.services.steps import Refusal, Stepped, candidates, move_all
from kit.dates import vietnam_day

HOMEROOM = "gvcn"
NOT_STAFF = (
    "Người được chọn ký thay không có tài khoản hoặc không công tác tại trường. Hãy chọn một cán bộ"
    " khác của trường."
)
CHOOSE = "Hãy chọn người ký thay rồi xác nhận lại."


@dataclass(frozen=True, slots=True)
class Signer:
    """Who is asked for a part; `why_not` when nobody can be."""

    account_id: int | None
    name: str
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Signers:
    """Who signs for a class. Keys: elements of subjects, "gvcn" for the homeroom teacher."""

    by_key: Mapping[str, Signer]
    leader: Signer
    title: str
    own: frozenset[str] = field(default_factory=frozenset)

    def of(self, plan: PartPlan) -> Signer:
        if plan.role is SignerRole.PRINCIPAL:
            return self.leader
        key = HOMEROOM if plan.role is SignerRole.HOMEROOM else plan.element
        return self.by_key[key]


@transaction.atomic
def confirm(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    student_ids: Sequence[int] | None = None,
    substitutes: Mapping[str, int] | None = None,
) -> Stepped:
    """Xác nhận, trình ký: a class or those ticked; whoever confirms signs for the school.

    `substitutes`: accounts that sign in the place of a teacher, by element or "gvcn". Raises
    TranscriptRefused when a substitute is not of the school.
    Law: NĐ 88/2026/NĐ-CP, Điều 8, Điều 15
    """
    work = open_work(actor, now, class_id, CONFIRM, student_ids)
    found = candidates(work, Act.CONFIRM, only=student_ids)
    signers = signers_of(work, substitutes or {})
    ready = [one for one in found.ready if _can_sign(found.stepped, one, signers)]
    for one in ready:
        head = replace(one.facts.head, leader_name=signers.leader.name, leader_title=signers.title)
        one.put(replace(one.facts, head=head))
        one.row.findings = []
    move_all(work, ready, Act.CONFIRM, found.stepped)
    _ask(work, ready, signers)
    return found.stepped


def signers_of(work: Work, substitutes: Mapping[str, int]) -> Signers:
    """The teachers of the class, with those who sign in another's place."""
    teachers = work.fresh.teachers
    chosen = chosen_signers(work, substitutes)
    by_key = {HOMEROOM: _signer(teachers.homeroom, "Lớp chưa có giáo viên chủ nhiệm.")}
    for column in work.fresh.results.subjects:
        element = f"mh-{column.id}"
        nobody = f"Môn {column.name} chưa được phân công giáo viên."
        by_key[element] = _signer(teachers.subject(column.id), nobody)
    leads = teachers.homeroom
    own = {
        f"mh-{book}"
        for book, one in teachers.subjects.items()
        if leads is not None and one.staff_id == leads.staff_id
    }
    # A primary subject that nobody else was given is taught by whoever leads the class.
    own |= {key for key, one in by_key.items() if key != HOMEROOM and not one.name}
    actor = work.actor
    leader = Signer(actor.account_id, actor.name)
    return Signers({**by_key, **chosen}, leader, _title(work), frozenset(own - set(chosen)))


def _signer(teacher: Teacher | None, nobody: str) -> Signer:
    if teacher is None:
        return Signer(None, "", nobody)
    return Signer(teacher.account_id, teacher.name, teacher.why_not)


def _title(work: Work) -> str:
    """Chức vụ of whoever confirms, as it stands beside the name."""
    roles = {granted.role for granted in work.actor.grants}
    word = "Giám đốc" if work.card.level == CONTINUING else "Hiệu trưởng"
    return word if Role.PRINCIPAL in roles else f"Phó {word.lower()}"


def chosen_signers(work: Work, substitutes: Mapping[str, int]) -> dict[str, Signer]:
    """Người ký thay: only staff of the school with an account."""
    if not substitutes:
        return {}
    staff = staff_of_school(work.card.school_id, vietnam_day(work.now))
    here = {one.account_id for one in staff if one.account_id is not None}
    accounts = accounts_by_ids(substitutes.values())
    fit = {one.id for one in accounts.values() if not one.closed}
    if not set(substitutes.values()) <= here & fit:
        raise TranscriptRefused("NOT_STAFF", NOT_STAFF)
    return {
        key: Signer(account_id, accounts[account_id].name)
        for key, account_id in substitutes.items()
    }


def plans_of(held: Held, signers: Signers) -> list[PartPlan]:
    """The signatures that a version needs."""
    return parts_to_sign(held.facts, settings.TRANSCRIPT_SIGNERS, signers.own)


def _can_sign(stepped: Stepped, held: Held, signers: Signers) -> bool:
    """Whether everybody can be asked; if not, the sentences say who and what to do."""
    persons = [plan for plan in plans_of(held, signers) if plan.role in PERSONS]
    troubles = dict.fromkeys(why for plan in persons if (why := signers.of(plan).why_not))
    if not troubles:
        return True
    sentences = tuple(f"{trouble} {CHOOSE}" for trouble in troubles)
    stepped.refused.append(Refusal(held.row.student_id, held.name, sentences))
    return False


def _ask(work: Work, held: Sequence[Held], signers: Signers) -> None:
    """Every part of every version, and a request for each; two statements."""
    parts = [part for one in held for part in _parts(one, signers)]
    Part.objects.bulk_create(parts)
    asks = requests_for(work, held, parts)
    ask_for_signatures(operation=operation_of(work.actor, work.now), asks=asks)


def requests_for(work: Work, held: Sequence[Held], parts: Sequence[Part]) -> list[Ask]:
    """What is asked of whom for these parts, and for the PDF beside them."""
    by_version = {one.row.pk: one for one in held}
    places = {one.row.pk: number for number, one in enumerate(held)}
    asks = [
        _request(work, part, by_version[part.version_id], places[part.version_id]) for part in parts
    ]
    return [*asks, *pdf_asks(zip(parts, asks, strict=True))]


def _parts(held: Held, signers: Signers) -> Iterator[Part]:
    row = held.row
    for plan in plans_of(held, signers):
        seal = plan.role is SignerRole.SEAL
        signer = Signer(None, held.facts.head.school) if seal else signers.of(plan)
        subject = plan.role is SignerRole.SUBJECT
        yield Part(
            version=row,
            student_id=row.student_id,
            school_id=row.school_id,
            province_id=row.province_id,
            role=plan.role,
            element=plan.element,
            class_subject_id=int(plan.element.removeprefix("mh-")) if subject else None,
            account_id=signer.account_id,
            signer_name=signer.name,
        )


def _request(work: Work, part: Part, held: Held, position: int) -> Ask:
    role = SignerRole(part.role)
    seal = role is SignerRole.SEAL
    what = _what(role, part, held)
    return Ask(
        kind=KIND,
        key=str(part.pk),
        bundle=f"transcript:{part.version_id}",
        step=role.step,
        group=f"transcripts:{work.card.id}:{part.element}",
        group_title=f"Học bạ số {held.facts.label}, lớp {work.card.name}: {what}",
        title=f"{held.name}: {what}",
        position=position,
        account_id=None if seal else part.account_id,
        seal_of=work.card.school_id if seal else None,
        format=Format.XADES,
        level=Level(settings.SIGNING_LEVEL),
        role=_role_shown(role, what, held),
        school_id=part.school_id,
        province_id=part.province_id,
    )


def _what(role: SignerRole, part: Part, held: Held) -> str:
    if role is SignerRole.SUBJECT:
        return next(one.name for one in held.facts.subjects if one.element == part.element)
    words = {SignerRole.HOMEROOM: "chủ nhiệm", SignerRole.PRINCIPAL: held.facts.head.leader_title}
    return words.get(role, "đóng dấu số")


def _role_shown(role: SignerRole, what: str, held: Held) -> str:
    """Vai trò as it stands in the signature and is shown by who verifies it."""
    if role is SignerRole.SUBJECT:
        return f"{role.name_vi} {what}"
    return held.facts.head.leader_title if role is SignerRole.PRINCIPAL else role.name_vi
