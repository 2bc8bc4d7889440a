"""The trusted list by its pages: looked at, added to after a preview, taken from with a reason."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import serialize_certificates
from django.core.files.uploadedfile import SimpleUploadedFile

from khue.signing.rules.shapes import Trust
from khue.signing.services.trust import trusted
from khue.signing.tests.pki import Pki
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast, table

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LIST = "/ky-so/tin-cay/"


def pem(*certificates: bytes) -> bytes:
    read = [x509.load_der_x509_certificate(one) for one in certificates]
    return b"".join(one.public_bytes(Encoding.PEM) for one in read)


def upload(client: Any, content: bytes) -> Any:
    return client.post(f"{LIST}xem-truoc/", {"file": SimpleUploadedFile("goc.cer", content)})


def offered(page: str) -> dict[str, str]:
    """The hidden certificates of a preview."""
    return dict(re.findall(r'name="(certificate-\d+)" value="([^"]+)"', page))


def add(client: Any, content: bytes, **more: str) -> Any:
    """Preview a file and add its first certificate."""
    given = offered(upload(client, content).content.decode())
    return client.post(f"{LIST}them/", {**given, "take-0": "1", "kind-0": "root", **more})


def ledger(action: str) -> list[Any]:
    entries = table("ledger.Entry").objects
    with scoped(EVERYTHING):
        return list(entries.filter(subject__startswith="trusted_", action=action))


class TestAdding:
    def test_an_empty_list_says_what_to_do(self, cast: Cast) -> None:
        page = cast.client("dung").get(LIST).content.decode()
        assert "Chưa tin nơi cấp nào" in page
        assert "Tải danh sách" not in page

    @pytest.mark.parametrize("form", ["der", "pem", "p7b"])
    def test_a_file_is_shown_before_anything_is_trusted(
        self, cast: Cast, pki: Pki, form: str
    ) -> None:
        root = pki.certificate("root")
        bundle = serialize_certificates([x509.load_der_x509_certificate(root)], Encoding.DER)
        content = {"der": root, "pem": pem(root), "p7b": bundle}[form]
        answer = upload(cast.client("dung"), content)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "CA gốc thử nghiệm" in page
        assert "Dấu vân tay SHA-256" in page
        assert trusted() == Trust()

    def test_what_was_compared_is_added_and_written_down(self, cast: Cast, pki: Pki) -> None:
        answer = add(cast.client("dung"), pki.certificate("root"), note="Công văn 12")
        assert answer.status_code == 302
        assert trusted().roots == (pki.certificate("root"),)
        (entry,) = ledger("add")
        assert (entry.actor_name, entry.label) == ("Phan Tiến Dũng", "CA gốc thử nghiệm")
        page = cast.client("dung").get(LIST).content.decode()
        assert "Công văn 12" in page
        assert "Phan Tiến Dũng" in page

    def test_twice_is_said(self, cast: Cast, pki: Pki) -> None:
        client = cast.client("dung")
        add(client, pki.certificate("root"))
        page = upload(client, pki.certificate("root")).content.decode()
        assert "đã có trong danh sách tin cậy" in page
        assert offered(page) == {}

    def test_several_at_once_each_in_its_place(self, cast: Cast, pki: Pki) -> None:
        client = cast.client("dung")
        labels = ["root", "people", "tsa"]
        given = offered(upload(client, pem(*map(pki.certificate, labels))).content.decode())
        kinds = {"kind-0": "root", "kind-1": "between", "kind-2": "time"}
        ticks = {f"take-{at}": "1" for at in range(3)}
        assert client.post(f"{LIST}them/", given | kinds | ticks).status_code == 302
        trust = trusted()
        assert [trust.roots, trust.others, trust.time_roots] == [
            (pki.certificate(label),) for label in labels
        ]

    def test_all_or_nothing(self, cast: Cast, pki: Pki) -> None:
        client = cast.client("dung")
        content = pem(pki.certificate("root"), pki.certificate("people"))
        given = offered(upload(client, content).content.decode())
        wrong = {"kind-0": "root", "kind-1": "root", "take-0": "1", "take-1": "1"}
        answer = client.post(f"{LIST}them/", given | wrong)
        assert answer.status_code == 422
        assert "phải là chứng thư tự ký" in answer.content.decode()
        assert trusted() == Trust()

    @pytest.mark.parametrize("label", ["hoa", "sao_khue", "weak"])
    def test_a_person_or_a_seal_is_no_authority(self, cast: Cast, pki: Pki, label: str) -> None:
        page = upload(cast.client("dung"), pki.certificate(label)).content.decode()
        assert "Không thêm được chứng thư này" in page
        assert offered(page) == {}

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"khong phai chung thu", "không có chứng thư nào đọc được"),
            (b"", "không có chứng thư nào đọc được"),
            (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "không có chứng"),
            (b"0" * (1024 * 1024 + 1), "Tệp quá lớn"),
        ],
    )
    def test_files_that_are_no_certificates(self, cast: Cast, content: bytes, words: str) -> None:
        answer = upload(cast.client("dung"), content)
        assert answer.status_code == 422
        assert words in answer.content.decode()

    def test_forms_without_a_file_or_with_rubbish(self, cast: Cast) -> None:
        client = cast.client("dung")
        for path, given, words in [
            ("xem-truoc/", {}, "Chưa có tệp nào được chọn"),
            ("them/", {}, "Chưa chọn chứng thư nào"),
            ("them/", {"take-0": "1", "certificate-0": "rác"}, "không đọc được"),
            ("them/", {"take-0": "1", "certificate-0": "AAAA", "kind-0": "root"}, "không đọc được"),
            ("them/", {"take-0": "1", "certificate-0": "AAAA", "kind-0": "x"}, "chọn loại"),
        ]:
            answer = client.post(f"{LIST}{path}", given)
            assert (answer.status_code, words in answer.content.decode()) == (422, True), given


class TestRemoving:
    @pytest.fixture
    def root_id(self, cast: Cast, pki: Pki) -> int:
        add(cast.client("dung"), pki.certificate("root"))
        return int(table("signing.TrustedCertificate").objects.get().pk)

    def test_with_a_reason_and_what_was_signed_before_stays(
        self, cast: Cast, pki: Pki, root_id: int
    ) -> None:
        client = cast.client("dung")
        given = {"reason": "Nơi cấp ngừng hoạt động", "past": "keep"}
        assert client.post(f"{LIST}{root_id}/go/", given).status_code == 302
        assert [held for held, _ in trusted().former] == [pki.certificate("root")]
        assert trusted().roots == ()
        (entry,) = ledger("remove")
        assert entry.reason == "Nơi cấp ngừng hoạt động"
        page = client.get(LIST).content.decode()
        assert "Đã gỡ" in page
        assert "Vẫn tin" in page
        assert client.post(f"{LIST}{root_id}/go/", given).status_code == 422

    def test_wholly_when_its_key_was_stolen(self, cast: Cast, root_id: int) -> None:
        given = {"reason": "Lộ khóa", "past": "drop"}
        cast.client("dung").post(f"{LIST}{root_id}/go/", given)
        assert trusted() == Trust()

    def test_never_without_a_reason(self, cast: Cast, root_id: int) -> None:
        answer = cast.client("dung").post(f"{LIST}{root_id}/go/", {"reason": " "})
        assert answer.status_code == 422
        assert "Hãy ghi lý do gỡ" in answer.content.decode()
        assert trusted().roots

    def test_it_may_come_back(self, cast: Cast, pki: Pki, root_id: int) -> None:
        client = cast.client("dung")
        client.post(f"{LIST}{root_id}/go/", {"reason": "Nhầm"})
        assert add(client, pki.certificate("root")).status_code == 302
        assert trusted().roots == (pki.certificate("root"),)

    def test_certificates_are_taken_away_as_files(self, cast: Cast, pki: Pki, root_id: int) -> None:
        client = cast.client("dung")
        for path in (f"{root_id}/tai/", "tai/"):
            assert client.get(LIST + path).content == pem(pki.certificate("root"))
        page = client.get(f"{LIST}{root_id}/").content.decode()
        assert "CA gốc thử nghiệm" in page
        assert client.get(f"{LIST}999999/").status_code == 404


@pytest.mark.parametrize("person", ["hoa", "mai", "thu", "lan", "minh", "ha", "stranger"])
def test_only_department_and_ministry_keep_the_list(cast: Cast, trusting: Pki, person: str) -> None:
    client = cast.client(person)
    row = table("signing.TrustedCertificate").objects.first()
    for path in ("", "tai/", f"{row.pk}/", f"{row.pk}/tai/"):
        assert client.get(LIST + path).status_code in {403, 404}
    for path in ("xem-truoc/", "them/", f"{row.pk}/go/"):
        assert client.post(LIST + path, {"reason": "Thử"}).status_code in {403, 404}
    assert len(trusted().roots) == 1
