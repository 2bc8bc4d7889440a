"""The public check: anyone, without a login; a file or a code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from khue.signing.api import (
    CodeFacts,
    CodeState,
    register_verify_code,
    short_digest,
    shown_code,
    verify_path,
)
from khue.signing.rules.codes import read_code
from khue.signing.services import codes
from khue.signing.tests.containers import signed_container
from khue.signing.tests.pki import Pki
from khue.signing.views.verify import CODES, FILES
from kit.patience import Patience
from tests.cast import Cast

PAGE = "/kiem-tra/"
CODE = "ABCDEFGHIJKLMNOP"
DIGEST = "9f" * 32
PUBLISHED = CodeFacts(
    CodeState.VALID,
    "Học bạ số, năm học 2026–2027",
    issuer="Trường THCS Sao Khuê",
    number=2,
    digest=DIGEST,
    issued_at=datetime(2027, 6, 1, tzinfo=UTC),
    signatures=15,
)


@pytest.fixture(autouse=True)
def fresh_patience() -> Iterator[None]:
    for one in (FILES, CODES):
        one.forget()
    yield
    for one in (FILES, CODES):
        one.forget()


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> dict[str, CodeFacts]:
    """Codes that a context of the test answers for."""
    held = {CODE: PUBLISHED}
    monkeypatch.setitem(codes._FINDERS, "test", held.get)
    return held


def send(client: Client, name: str, content: bytes, beside: bytes = b"") -> str:
    files: dict[str, Any] = {"file": SimpleUploadedFile(name, content)}
    if beside:
        files["signature"] = SimpleUploadedFile(f"{name}.p7s", beside)
    answer = client.post(PAGE, files)
    assert answer.status_code == 200
    return answer.content.decode()


EVERYBODY = ["hoa", "mai", "lan", "minh", "dung", "stranger", "nobody"]


@pytest.mark.parametrize("person", EVERYBODY)
def test_everybody_may_check(cast: Cast, person: str, known: dict[str, CodeFacts]) -> None:
    client = cast.client(person)
    for address in (
        PAGE,
        f"{PAGE}{CODE}",
        f"{PAGE}{CODE}/",
        "/so-cai/goc/",
        "/so-cai/goc/khoa.json",
    ):
        assert client.get(address).status_code == 200


def test_a_signed_file_is_judged_and_nothing_of_it_is_kept(cast: Cast, pki: Pki) -> None:
    text = send(cast.client("nobody"), "hoc-ba.xml", signed_container(pki))
    assert "Học bạ số" in text
    assert "Nông Thị Hoa" in text
    assert "Chưa tin cậy" in text
    changed = signed_container(pki).replace(b"8,5", b"9,5")
    assert "Đã bị thay đổi" in send(cast.client("nobody"), "hoc-ba.xml", changed)


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("bom.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "DOCTYPE"),
        ("anh.jpg", b"\xff\xd8\xff", "Không nhận ra loại tệp"),
        ("hong.pdf", b"%PDF-1.4 nothing", "PDF"),
        ("ten<script>.xml", b"<a/>", "Tệp không có chữ ký số nào"),
    ],
)
def test_a_wrong_file_is_answered_with_a_sentence(
    cast: Cast, name: str, content: bytes, part: str
) -> None:
    text = send(cast.client("nobody"), name, content)
    assert part in text
    assert "<script>.xml" not in text


def test_no_file_and_a_file_that_is_too_large_are_told(cast: Cast, settings: Any) -> None:
    client = cast.client("nobody")
    assert "Chưa chọn tệp nào" in client.post(PAGE).content.decode()
    settings.UPLOAD_LIMIT_BYTES = 1000
    answer = client.post(PAGE, {"file": SimpleUploadedFile("to.xml", b"<a>" + b" " * 5000)})
    assert answer.status_code == 413
    assert "nên không nhận được" in answer.content.decode()


def test_a_form_from_elsewhere_is_refused(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(PAGE, {"file": SimpleUploadedFile("a.xml", b"<a/>")})
    assert answer.status_code == 403


def test_a_record_is_told_by_its_code_without_anything_personal(
    cast: Cast, known: dict[str, CodeFacts]
) -> None:
    text = cast.client("nobody").get(f"{PAGE}{CODE}").content.decode()
    assert "Bản ghi đang có hiệu lực." in text
    assert "Trường THCS Sao Khuê" in text
    assert short_digest(DIGEST) in text


def test_the_short_digest_of_the_paper_is_compared(cast: Cast, known: dict[str, CodeFacts]) -> None:
    client = cast.client("nobody")
    whole = client.get(verify_path(CODE, DIGEST)).content.decode()
    assert "Mã kiểm tra trên giấy khớp với bản ghi." in whole
    other = client.get(verify_path(CODE, "ab" * 32)).content.decode()
    assert "KHÔNG khớp" in other


LATER = CodeFacts(CodeState.SUPERSEDED, "Học bạ số", replaced_by=3, ended_at=PUBLISHED.issued_at)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (LATER, "thay bằng phiên bản 3 ngày 01/06/2027"),
        (CodeFacts(CodeState.CANCELLED, "Học bạ số"), "đã bị hủy"),
        (CodeFacts(CodeState.WAITING, "Học bạ số"), "chưa ký đủ"),
    ],
)
def test_the_state_of_a_record_is_told(
    cast: Cast, known: dict[str, CodeFacts], facts: CodeFacts, told: str
) -> None:
    known[CODE] = facts
    assert told in cast.client("nobody").get(f"{PAGE}{CODE}").content.decode()


def test_an_unknown_code_is_not_found(cast: Cast) -> None:
    answer = cast.client("nobody").get(f"{PAGE}ZZZZZZZZZZZZZZZZ")
    assert answer.status_code == 404
    assert "không có bản ghi nào mang mã này" in answer.content.decode()


def test_a_typed_code_leads_to_its_page(cast: Cast) -> None:
    client = cast.client("nobody")
    answer = client.get(PAGE, {"ma": "abcd efgh-ijkl mnop"})
    assert answer.headers["Location"] == reverse("signing.verify_code", args=[CODE])
    scanned = client.get(PAGE, {"ma": f"https://khue.example.vn{verify_path(CODE, DIGEST)}"})
    assert scanned.headers["Location"] == verify_path(CODE, DIGEST)
    wrong = client.get(PAGE, {"ma": "không phải mã!"})
    assert wrong.status_code == 422
    assert "Mã xác thực gồm 16" in wrong.content.decode()


def test_who_tries_codes_by_the_hundred_has_to_wait(cast: Cast) -> None:
    client = cast.client("nobody")
    seen = {client.get(f"{PAGE}ZZZZZZZZZZZZZZZZ").status_code for _ in range(CODES.at_once + 1)}
    assert seen == {404, 429}


def test_who_sends_files_by_the_hundred_has_to_wait(cast: Cast) -> None:
    client = cast.client("nobody")
    answers = [
        client.post(PAGE, {"file": SimpleUploadedFile("a.xml", b"<a/>")})
        for _ in range(FILES.at_once + 1)
    ]
    assert answers[-1].status_code == 429
    assert "Hãy thử lại sau" in answers[-1].content.decode()


def test_the_page_is_light_and_needs_no_script(cast: Cast) -> None:
    answer = cast.client("nobody").get(PAGE)
    text = answer.content.decode()
    assert len(answer.content) < 8000
    assert 'method="post"' in text
    assert "shell.ts" not in text
    assert "camera=(self)" in answer.headers["Permissions-Policy"]


def test_the_trust_file_and_the_verifiers_are_given_out(cast: Cast) -> None:
    client = cast.client("nobody")
    assert b"# kh" in client.get(reverse("signing.trust_file")).content
    assert client.get(reverse("signing.verifier", args=["manage.py"])).status_code == 404
    page = client.get(reverse("signing.verifier", args=["khue-verify.html"]))
    assert page.status_code == 200
    assert "khóa niêm phong" in page.content.decode()


def test_two_contexts_cannot_answer_for_one_kind() -> None:
    with pytest.raises(ValueError, match="somebody else"):
        register_verify_code("document", lambda code: None)


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=16, max_size=16))
def test_a_code_is_read_as_it_is_printed_typed_and_scanned(code: str) -> None:
    assert read_code(shown_code(code)).code == code
    assert read_code(code.lower().replace("O", "0")).code == code
    address = f"https://a.vn{verify_path(code, DIGEST)}"
    assert (read_code(address).code, read_code(address).short) == (code, DIGEST[:16])


@given(st.text(max_size=300))
def test_anything_typed_is_read_without_a_stumble(text: str) -> None:
    found = read_code(text)
    assert found.code == "" or found.code.isalnum()


def test_patience_comes_back_with_time() -> None:
    one = Patience(at_once=2, every=3.0)
    assert [one.wait("a", now=0.0) for _ in range(3)] == [0.0, 0.0, 3.0]
    assert one.wait("b", now=0.0) == 0.0
    assert one.wait("a", now=1.5) == 1.5
    assert one.wait("a", now=3.0) == 0.0
