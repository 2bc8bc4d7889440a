"""Certificates of people and seals: registered with proof, shown in full, drawn, retired, told."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils import timezone
from PIL import Image, ImageDraw

from khue.access.api import OutsidePlace, Refused
from khue.signing.queries.credentials import (
    credentials_of,
    open_credential,
    seals_of,
    usable_credential,
)
from khue.signing.rules.certificates import load
from khue.signing.rules.shapes import SigningCertificate
from khue.signing.services.backends import (
    KeyLocked,
    WrongSecret,
    guard,
    open_key,
    secret_of,
)
from khue.signing.services.backends.demo import keep_demo_key, no_demo_keys_in_use
from khue.signing.services.backends.troubles import KeyUnfit
from khue.signing.services.credentials import (
    CredentialRefused,
    NewCredential,
    keep_image,
    register_credential,
    retire_credential,
)
from khue.signing.tests.agent import SigningAgent
from khue.signing.tests.csc_service import OTP, CscStandIn
from khue.signing.tests.pki import Pki
from khue.signing.tests.signwork import trust
from khue.signing.tests.tokens import PIN, SoftToken
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast, table

DEMO_PIN = "246810"
LIST = "/ky-so/chung-thu/"


@pytest.fixture
def demo(settings: Any, tmp_path: Any) -> None:
    settings.DEMO = True
    settings.DATA_DIR = tmp_path


def demo_credential(cast: Cast, pki: Pki, who: str = "hoa", label: str = "", **more: Any) -> int:
    signer, key = pki.signer(label or who)
    where = keep_demo_key(key, secret=DEMO_PIN)
    new = NewCredential(backend="demo", signer=signer, settings=where, **more)
    actor = cast.people[who].actor
    return register_credential(actor=actor, now=timezone.now(), new=new, secret=DEMO_PIN)


def seal(cast: Cast, pki: Pki) -> int:
    return demo_credential(cast, pki, "mai", "sao_khue", organisation_id=cast.school.pk)


def told_of(credential_id: int) -> list[Any]:
    with scoped(EVERYTHING):
        rows = table("ledger.Entry").objects.filter(subject=f"credential:{credential_id}")
        return list(rows.order_by("pk"))


def picture(*, clear: bool = True, size: tuple[int, int] = (400, 160)) -> bytes:
    ground = (255, 255, 255, 0) if clear else (255, 255, 255, 255)
    drawn = Image.new("RGBA", size, ground)
    ImageDraw.Draw(drawn).line([(20, 120), (120, 30), (240, 130), (380, 40)], (20, 60, 160), 8)
    out = BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


# Registering


@pytest.mark.usefixtures("demo")
def test_a_certificate_is_registered_and_told(cast: Cast, pki: Pki) -> None:
    made = demo_credential(cast, pki)
    (card,) = credentials_of(cast.hoa.actor)
    assert (card.id, card.name, card.title) == (made, "Nông Thị Hoa", "Giáo viên")
    assert card.organisation == "Trường THCS Sao Khuê"
    assert card.signer.chain == pki.chain("hoa")
    (entry,) = told_of(made)
    assert (entry.action, entry.actor_name) == ("register", "Nông Thị Hoa")
    assert entry.school_id == cast.school.pk


@pytest.mark.usefixtures("demo")
def test_a_key_of_another_certificate_is_not_taken(cast: Cast, pki: Pki) -> None:
    where = keep_demo_key(pki.key("mai"), secret=DEMO_PIN)
    new = NewCredential(backend="demo", signer=pki.signer("hoa")[0], settings=where)
    with pytest.raises(CredentialRefused, match="không phải khóa"):
        register_credential(actor=cast.hoa.actor, now=timezone.now(), new=new, secret=DEMO_PIN)
    assert credentials_of(cast.hoa.actor) == []


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("expired", "hết hạn"),
        ("usage", "không được cấp để ký"),
        ("weak", "quá ngắn"),
        ("mai", "đứng tên"),
    ],
)
def test_certificates_that_are_not_taken(cast: Cast, pki: Pki, label: str, words: str) -> None:
    with pytest.raises(CredentialRefused, match=words):
        demo_credential(cast, pki, "hoa", label)


@pytest.mark.usefixtures("demo")
def test_the_same_certificate_is_registered_once(cast: Cast, pki: Pki) -> None:
    demo_credential(cast, pki)
    with pytest.raises(CredentialRefused, match="đã được đăng ký"):
        demo_credential(cast, pki)


@pytest.mark.usefixtures("demo")
def test_a_seal_is_registered_by_its_leader_only(cast: Cast, pki: Pki) -> None:
    made = seal(cast, pki)
    assert [one.id for one in seals_of(cast.thu.actor)] == [made]
    assert seals_of(cast.hoa.actor) == []
    for who, refusal in [("hoa", Refused), ("nam", OutsidePlace), ("thu", Refused)]:
        with pytest.raises(refusal):
            demo_credential(cast, pki, who, "doi_sim", organisation_id=cast.school.pk)


@pytest.mark.usefixtures("demo")
def test_nobody_signs_with_the_certificate_of_another(cast: Cast, pki: Pki) -> None:
    own, school_seal = demo_credential(cast, pki), seal(cast, pki)
    assert usable_credential(cast.hoa.actor, own).id == own
    assert usable_credential(cast.thu.actor, school_seal).is_seal
    for who, which in [("mai", own), ("nam", own), ("nam", school_seal)]:
        with pytest.raises((OutsidePlace, Refused)):
            usable_credential(cast.people[who].actor, which)
    with pytest.raises(Refused):
        usable_credential(cast.hoa.actor, school_seal)


# PINs


@pytest.mark.usefixtures("demo")
def test_three_wrong_pins_let_the_key_rest(cast: Cast, pki: Pki) -> None:
    made = demo_credential(cast, pki)
    tries = []
    for _ in range(2):
        with pytest.raises(WrongSecret) as wrong, opened(cast, made, "wrong-1"):
            pass
        tries.append(wrong.value.tries_left)
    assert tries == [2, 1]
    for secret in ("wrong-1", DEMO_PIN):
        with pytest.raises(KeyLocked) as locked, opened(cast, made, secret):
            pass
        assert "15" in locked.value.sentence or "chặn đến" in locked.value.sentence
    assert [one.action for one in told_of(made)] == ["register", "lock"]
    assert not any("wrong-1" in str(vars(one)) for one in told_of(made))
    with scoped(EVERYTHING):
        table("signing.Credential").objects.update(locked_until=timezone.now())
    with opened(cast, made, DEMO_PIN) as key:
        assert key.sign([b"x"], "sha256")


@pytest.mark.usefixtures("demo")
def test_a_right_pin_begins_a_new_count(cast: Cast, pki: Pki) -> None:
    made = demo_credential(cast, pki)
    for _ in range(3):
        for _ in range(2):
            with pytest.raises(WrongSecret), opened(cast, made, "wrong-1"):
                pass
        with opened(cast, made, DEMO_PIN) as key:
            key.sign([b"x"], "sha256")


def test_wrong_pins_on_a_real_token(cast: Cast, pki: Pki, token: SoftToken) -> None:
    signer, key = pki.person("hoa")
    new = NewCredential(backend="pkcs11", signer=signer, settings=token.hold(signer, key))
    made = register_credential(actor=cast.hoa.actor, now=timezone.now(), new=new, secret=PIN)
    for _ in range(2):
        with pytest.raises(WrongSecret), opened(cast, made, "000000"):
            pass
    for secret in ("000000", PIN):
        with pytest.raises(KeyLocked), opened(cast, made, secret):
            pass


def opened(cast: Cast, credential_id: int, secret: str) -> Any:
    return open_key(open_credential(cast.hoa.actor, credential_id), secret, count=1)


# The demonstration


def test_a_demonstration_key_sleeps_elsewhere(
    cast: Cast, pki: Pki, settings: Any, demo: None
) -> None:
    made = demo_credential(cast, pki)
    assert no_demo_keys_in_use() == []
    settings.DEMO = False
    assert [one.id for one in no_demo_keys_in_use()] == ["signing.E001"]
    with pytest.raises(KeyUnfit, match="trình diễn"), opened(cast, made, DEMO_PIN):
        pass
    with pytest.raises(KeyUnfit):
        keep_demo_key(pki.key("hoa"), secret=DEMO_PIN)


def test_a_chain_is_completed_from_the_trusted_list(cast: Cast, pki: Pki) -> None:
    trust(pki)
    alone = SigningCertificate(pki.certificate("hoa"))
    new = NewCredential(backend="local", signer=alone)
    register_credential(actor=cast.hoa.actor, now=timezone.now(), new=new)
    assert credentials_of(cast.hoa.actor)[0].chain == pki.chain("hoa")


# Images and the end


@pytest.mark.usefixtures("demo")
def test_an_image_is_cut_cleaned_and_sealed(cast: Cast, pki: Pki) -> None:
    made = demo_credential(cast, pki)
    act: dict[str, Any] = {"actor": cast.hoa.actor, "now": timezone.now(), "credential_id": made}
    keep_image(**act, content=picture())
    image = Image.open(BytesIO(open_credential(cast.hoa.actor, made).image))
    assert image.mode == "RGBA"
    assert image.width < 400
    with scoped(EVERYTHING):
        kept = bytes(table("signing.Credential").objects.get(pk=made).image)
    assert not kept.startswith(b"\x89PNG")
    with pytest.raises(CredentialRefused, match="trong suốt"):
        keep_image(**act, content=picture(clear=False))
    keep_image(**act, content=picture(clear=False), off_paper=True)
    assert Image.open(BytesIO(open_credential(cast.hoa.actor, made).image)).mode == "RGBA"


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, picture()[:200], b"x" * (3 << 20)],
)
def test_files_that_are_no_image(cast: Cast, pki: Pki, content: bytes) -> None:
    made = demo_credential(cast, pki)
    with pytest.raises(CredentialRefused):
        keep_image(actor=cast.hoa.actor, now=timezone.now(), credential_id=made, content=content)


@pytest.mark.usefixtures("demo")
def test_a_retired_certificate_signs_no_more_and_may_come_back_as_new(cast: Cast, pki: Pki) -> None:
    made = demo_credential(cast, pki)
    act: dict[str, Any] = {"actor": cast.hoa.actor, "now": timezone.now(), "credential_id": made}
    with pytest.raises(CredentialRefused):
        retire_credential(**act, reason=" ")
    retire_credential(**act, reason="Đổi thiết bị")
    assert credentials_of(cast.hoa.actor) == []
    assert [one.id for one in credentials_of(cast.hoa.actor, retired=True)] == [made]
    with pytest.raises(OutsidePlace):
        usable_credential(cast.hoa.actor, made)
    with pytest.raises(CredentialRefused):
        retire_credential(**act, reason="Lần nữa")
    assert told_of(made)[-1].reason == "Đổi thiết bị"
    assert demo_credential(cast, pki) != made


# Pages


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("person", "of_hoa", "of_school"),
    [
        ("hoa", 200, 403),
        ("binh", 404, 403),
        ("thu", 404, 200),
        ("mai", 404, 200),
        ("nam", 404, 404),
        ("dung", 404, 403),
        ("ha", 403, 403),
        ("lan", 403, 403),
        ("stranger", 403, 403),
        ("nobody", 302, 302),
    ],
)
def test_page_and_person(cast: Cast, pki: Pki, person: str, of_hoa: int, of_school: int) -> None:
    own, school_seal = demo_credential(cast, pki), seal(cast, pki)
    client = cast.client(person)
    found = [client.get(f"{LIST}{one}/").status_code for one in (own, school_seal)]
    assert found == [of_hoa, of_school]


@pytest.mark.usefixtures("demo")
def test_the_page_tells_everything_of_a_certificate(cast: Cast, pki: Pki) -> None:
    made = demo_credential(cast, pki)
    text = cast.client("hoa").get(f"{LIST}{made}/").content.decode()
    card = open_credential(cast.hoa.actor, made)
    for told in ("Nông Thị Hoa", "Giáo viên", "Trường THCS Sao Khuê", card.issuer, "RSA 2048"):
        assert told in text
    assert card.fingerprint[:4] in text


@pytest.mark.usefixtures("demo")
def test_a_certificate_without_title_is_said_aloud(cast: Cast, pki: Pki) -> None:
    made = demo_credential(cast, pki, "hoa", "unnamed")
    text = cast.client("hoa").get(f"{LIST}{made}/").content.decode()
    assert "Chứng thư không ghi chức danh và tên cơ quan" in text


def test_a_key_on_the_server_is_registered_on_the_page(
    cast: Cast, pki: Pki, token: SoftToken
) -> None:
    for who in ("hoa", "binh"):
        token.hold(*pki.person(who))
    client, page = cast.client("hoa"), f"{LIST}dang-ky/thiet-bi/"
    text = client.get(page).content.decode()
    assert "Giáo viên" in text
    assert "Lý Văn Bình" not in text
    finger = load(pki.certificate("hoa")).fingerprint
    key = finger(SHA256()).hex()
    guard._here.clear()
    wrong = client.post(page, {"key": key, "pin": "000000"})
    assert wrong.status_code == 422
    assert "Mã PIN chưa đúng" in wrong.content.decode()
    assert "000000" not in wrong.content.decode()
    assert client.post(page, {"key": "0" * 64, "pin": PIN}).status_code == 422
    for _ in range(2):
        client.post(page, {"key": key, "pin": "000000"})
    resting = client.post(page, {"key": key, "pin": PIN})
    assert "tạm bị chặn" in resting.content.decode()
    guard._here.clear()
    assert client.post(page, {"key": key, "pin": PIN}).status_code == 302
    assert credentials_of(cast.hoa.actor)[0].backend == "pkcs11"


def test_a_remote_key_is_registered_on_the_page(cast: Cast, pki: Pki, csc: CscStandIn) -> None:
    where = csc.hold("hoa", *pki.person("hoa"), otp=True)
    client, page = cast.client("hoa"), f"{LIST}dang-ky/tu-xa/"
    listed = client.post(page, {"step": "list", "service": "mau", "user": "hoa"})
    assert "Trường THCS Sao Khuê" in listed.content.decode()
    chosen = {"service": "mau", "credential": where["credential"]}
    assert "Mã xác nhận" in client.post(page, {"step": "code", **chosen}).content.decode()
    typed = {"step": "register", **chosen, "pin": "1234", "code": OTP}
    assert client.post(page, typed).status_code == 302
    (card,) = credentials_of(cast.hoa.actor)
    assert card.settings == where
    assert "hoa" not in card.settings.values()


def test_a_code_is_sent_to_who_signs(cast: Cast, pki: Pki, csc: CscStandIn) -> None:
    signer, key = pki.person("hoa")
    new = NewCredential(
        backend="csc", signer=signer, settings=csc.hold("hoa", signer, key, otp=True)
    )
    csc.held["KHOA-hoa"].otp_sent = True
    secret = secret_of("1234", OTP)
    made = register_credential(actor=cast.hoa.actor, now=timezone.now(), new=new, secret=secret)
    sent = cast.client("hoa").post(f"{LIST}{made}/gui-ma/").json()
    assert sent["sent"] is True
    assert csc.held["KHOA-hoa"].otp_sent
    csc.down()
    assert cast.client("hoa").post(f"{LIST}{made}/gui-ma/").json()["sent"] is False
    assert cast.client("binh").post(f"{LIST}{made}/gui-ma/").status_code == 404


def test_troubles_of_a_service_are_told_on_the_page(cast: Cast, pki: Pki, csc: CscStandIn) -> None:
    csc.hold("hoa", *pki.person("hoa"))
    client, page = cast.client("hoa"), f"{LIST}dang-ky/tu-xa/"
    for name in ("mau", "khac", ""):
        csc.down()
        answer = client.post(page, {"step": "list", "service": name, "user": "hoa"})
        assert answer.status_code == 422
    csc.up()
    answer = client.post(page, {"step": "register", "service": "mau", "credential": "KHOA-x"})
    assert answer.status_code == 422


@pytest.mark.parametrize("form", [Encoding.PEM, Encoding.DER])
def test_a_certificate_file_is_registered(
    cast: Cast, pki: Pki, agent: SigningAgent, form: Encoding
) -> None:
    content = load(pki.certificate("hoa")).public_bytes(form)
    page = f"{LIST}dang-ky/may-cua-toi/"
    client = cast.client("hoa")
    shown = client.get(page)
    assert agent.url in shown.headers["Content-Security-Policy"]
    answer = client.post(page, {"file": upload("toi.cer", content)})
    assert answer.status_code == 302
    assert credentials_of(cast.hoa.actor)[0].backend == "local"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----",
        b"\x30\x82",
        b"a" * 200_000,
    ],
)
def test_files_that_are_no_certificate(cast: Cast, content: bytes) -> None:
    answer = cast.client("hoa").post(
        f"{LIST}dang-ky/may-cua-toi/", {"file": upload("toi.cer", content)}
    )
    assert answer.status_code == 422
    assert "không phải chứng thư số" in answer.content.decode()


def upload(name: str, content: bytes) -> Any:
    file = BytesIO(content)
    file.name = name
    return file


@pytest.mark.usefixtures("demo")
def test_from_a_demonstration_key_to_its_end_on_the_pages(cast: Cast) -> None:
    client = cast.client("mai")
    page = f"{LIST}dang-ky/trinh-dien/"
    assert client.post(page, {"pin": "123"}).status_code == 422
    made = client.post(page, {"pin": DEMO_PIN, "cho": str(cast.school.pk)})
    assert made.status_code == 302
    at = made.headers["Location"]
    drawn = {"image": upload("dau.png", picture())}
    assert client.post(f"{at}hinh/", drawn).status_code == 302
    assert client.get(f"{at}hinh.png").headers["Content-Type"] == "image/png"
    assert client.post(f"{at}go-hinh/").status_code == 302
    assert client.get(f"{at}hinh.png").status_code == 404
    assert client.post(f"{at}ngung-dung/", {"reason": ""}).status_code == 422
    assert client.post(f"{at}ngung-dung/", {"reason": "Thay dấu mới"}).status_code == 302
    assert "Thay dấu mới" in client.get(at).content.decode()


def test_the_demonstration_is_not_elsewhere(cast: Cast, settings: Any) -> None:
    settings.DEMO = False
    answer = cast.client("hoa").post(f"{LIST}dang-ky/trinh-dien/", {"pin": DEMO_PIN})
    assert answer.status_code == 422
    assert "chỉ dùng trong bản trình diễn" in answer.content.decode()
