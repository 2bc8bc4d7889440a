"""Đề nghị sửa điểm: who answers a request now, and who never does."""

from __future__ import annotations

from dataclasses import dataclass

ASKED, VERIFIED = "asked", "verified"


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who looks at a request: the account, and what it is to the class."""

    account_id: int
    is_homeroom: bool
    is_leader: bool


@dataclass(frozen=True, slots=True)
class Request:
    """What decides who answers: where the request stands, who asked, who leads the class."""

    state: str
    asked_by_id: int
    homeroom_account_id: int | None

    @property
    def is_open(self) -> bool:
        return self.state in (ASKED, VERIFIED)

    @property
    def skips_homeroom(self) -> bool:
        """Nobody verifies her own request: then, and in a class without one, a leader does."""
        return self.homeroom_account_id in (None, self.asked_by_id)


def may_verify(request: Request, person: Answerer) -> bool:
    """Giáo viên chủ nhiệm xác nhận; a leader instead, where the homeroom teacher is the asker.

    That a leader stands in is our choice: the law names only the homeroom teacher.
    Law: TT 22/2021/TT-BGDĐT, Điều 20
    """
    if request.state != ASKED or person.account_id == request.asked_by_id:
        return False
    return person.is_homeroom or (person.is_leader and request.skips_homeroom)


def may_consent(request: Request, person: Answerer) -> bool:
    """Lãnh đạo đồng ý sửa điểm đã duyệt, after the homeroom teacher has verified."""
    return (
        request.state == VERIFIED and person.is_leader and person.account_id != request.asked_by_id
    )


def may_refuse(request: Request, person: Answerer) -> bool:
    """Không đồng ý: whoever may verify or consent; a leader also before the verification."""
    if not request.is_open or person.account_id == request.asked_by_id:
        return False
    return person.is_leader or may_verify(request, person)


def may_withdraw(request: Request, person: Answerer) -> bool:
    """Rút đề nghị: only the one who asked."""
    return request.is_open and person.account_id == request.asked_by_id


def waits_for(request: Request, person: Answerer) -> bool:
    """Whether the next answer is this person's."""
    return may_verify(request, person) or may_consent(request, person)
