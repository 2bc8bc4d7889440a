"""Page × person → status, for every address of access."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from khue.access.models import Grant
from khue.access.urls import urlpatterns
from kit.sheets.reading import open_workbook
from tests.cast import Cast

PEOPLE = ["nobody", "stranger", "minh", "lan", "hoa", "nam", "thu", "mai", "ha", "dung"]
# One column for each of PEOPLE; 302 leads to the sign-in, or on from it.
SIGNED_IN = [302] + [200] * 9
MANAGERS = [302, 403, 403, 403, 403, 403, 200, 200, 200, 200]
LEADERS = [302, 403, 403, 403, 403, 403, 403, 200, 200, 200]
# An account of a teacher of the school: its own commune sees it, the other school does not.
OF_HOA = [302, 403, 403, 403, 403, 403, 200, 200, 200, 200]
# An account of a teacher elsewhere: only the department stands above both.
OF_NAM = [302, 403, 403, 403, 403, 403, 404, 404, 404, 200]
OF_LAN = [302, 403, 403, 403, 403, 403, 200, 200, 404, 200]
OF_MAI_TO_MANAGE = [302, 403, 403, 403, 403, 403, 403, 403, 302, 302]
OF_HOA_TO_MANAGE = [302, 403, 403, 403, 403, 403, 302, 302, 302, 302]
OF_NAM_TO_MANAGE = [302, 403, 403, 403, 403, 403, 404, 404, 404, 302]
ANYWHERE = [302] * 10

GET = {
    "/dang-nhap/": [200] + [302] * 9,
    "/dang-nhap/lan-dau/": [200] + [302] * 9,
    "/dang-nhap/xac-thuc/": ANYWHERE,
    "/dang-nhap/thiet-lap-xac-thuc/": SIGNED_IN,
    "/dang-nhap/ma-du-phong/": SIGNED_IN,
    "/dang-nhap/dat-mat-khau/": ANYWHERE,
    "/dang-nhap/phu-huynh/": [200] * 10,
    "/dang-nhap/phu-huynh/ma/": ANYWHERE,
    "/dang-nhap/phu-huynh/chon/": ANYWHERE,
    "/tai-khoan-cua-toi/": SIGNED_IN,
    "/tai-khoan-cua-toi/mat-khau/": SIGNED_IN,
    "/tai-khoan-cua-toi/phien/": SIGNED_IN,
    "/tai-khoan/": MANAGERS,
    "/tai-khoan/tai-ve/": MANAGERS,
    "/tai-khoan/them/": MANAGERS,
    "/tai-khoan/{hoa}/": OF_HOA,
    "/tai-khoan/{nam}/": OF_NAM,
    "/tai-khoan/{lan}/": OF_LAN,
    "/tai-khoan/999999/": [302, 403, 403, 403, 403, 403, 404, 404, 404, 404],
    "/tai-khoan/{hoa}/giao-vai-tro/": OF_HOA,
    "/tai-khoan/{nam}/giao-vai-tro/": OF_NAM,
    "/uy-quyen/": LEADERS,
}
POST = {
    "/dang-xuat/": ANYWHERE,
    "/dang-nhap/phu-huynh/gui-lai/": ANYWHERE,
    "/tai-khoan-cua-toi/phien/ket-thuc/": ANYWHERE,
    "/tai-khoan-cua-toi/phien/ket-thuc-khac/": ANYWHERE,
    "/tai-khoan-cua-toi/phien/ket-thuc-het/": ANYWHERE,
    "/tai-khoan-cua-toi/ma-du-phong/": ANYWHERE,
    "/tai-khoan/in-phieu/": [302, 403, 403, 403, 403, 403, 302, 302, 302, 302],
    "/tai-khoan/{hoa}/dong/": OF_HOA_TO_MANAGE,
    "/tai-khoan/{hoa}/mo-lai/": OF_HOA_TO_MANAGE,
    "/tai-khoan/{hoa}/dat-lai-xac-thuc/": OF_HOA_TO_MANAGE,
    "/tai-khoan/{mai}/dong/": OF_MAI_TO_MANAGE,
    "/tai-khoan/{mai}/dat-lai-xac-thuc/": OF_MAI_TO_MANAGE,
    "/tai-khoan/{nam}/dong/": OF_NAM_TO_MANAGE,
    "/tai-khoan/{hoa}/vai-tro/{grant}/thoi-giao/": OF_HOA_TO_MANAGE,
    "/uy-quyen/{grant}/thu-hoi/": [302, 403, 403, 403, 403, 403, 403, 404, 404, 404],
}


def address(pattern: str, cast: Cast) -> str:
    ids = {key: person.account.pk for key, person in cast.people.items()}
    grant = Grant.objects.filter(account=cast.hoa.account).values_list("pk", flat=True)[0]
    return pattern.format(**ids, grant=grant)


@pytest.mark.parametrize("pattern", GET)
def test_who_may_open(cast: Cast, pattern: str) -> None:
    got = [cast.client(one).get(address(pattern, cast)).status_code for one in PEOPLE]
    assert dict(zip(PEOPLE, got, strict=True)) == dict(zip(PEOPLE, GET[pattern], strict=True))


@pytest.mark.parametrize("pattern", POST)
def test_who_may_do(cast: Cast, pattern: str) -> None:
    given = {"reason": "Theo đề nghị", "key": "none"}
    got = []
    for one in PEOPLE:
        client = cast.client(one)
        Grant.objects.filter(account=cast.hoa.account).update(ended_at=None, valid_to=None)
        got.append(client.post(address(pattern, cast), given).status_code)
    assert dict(zip(PEOPLE, got, strict=True)) == dict(zip(PEOPLE, POST[pattern], strict=True))


def test_the_table_names_every_address() -> None:
    named = {pattern.strip("/").split("/")[-1] for pattern in [*GET, *POST]}
    missing = [
        str(one.pattern)
        for one in urlpatterns
        if str(one.pattern).strip("/").split("/")[-1] not in named | {"<int:account_id>"}
    ]
    assert missing == []


def test_an_account_says_why_its_buttons_do_not_work(cast: Cast) -> None:
    shown = cast.client("thu").get(f"/tai-khoan/{cast.mai.account.pk}/").text
    assert "ngoài phạm vi thầy cô quản lý" in shown
    assert "data-refused" in shown


def test_the_list_is_searched_without_diacritics(cast: Cast) -> None:
    client = cast.client("mai")
    assert "Nông Thị Hoa" in client.get("/tai-khoan/?q=nong thi").text
    nothing = client.get("/tai-khoan/?q=khong+co").text
    assert "Không có tài khoản nào khớp" in nothing


def test_the_list_asks_the_database_a_few_times(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    client = cast.client("mai")
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        assert client.get("/tai-khoan/").status_code == 200


def test_the_list_is_taken_away_as_a_workbook(cast: Cast) -> None:
    response = cast.client("mai").get("/tai-khoan/tai-ve/?kind=staff")
    table = open_workbook(response.content).sheets[0]
    names = [row[0] for row in table.rows]
    assert names[-4:] == ["Lý Văn Bình", "Nông Thị Hoa", "Lương Thị Mai", "Vi Thị Thu"]


def test_families_keep_their_light_pages(cast: Cast) -> None:
    shown = cast.client("lan").get("/tai-khoan-cua-toi/").text
    assert re.findall(r'<script[^>]*?src="/static/assets/(\w+)', shown) in ([], ["family"])
    assert "/static/assets/family" in shown


def test_a_role_is_handed_out_from_the_page(cast: Cast) -> None:
    page = f"/tai-khoan/{cast.hoa.account.pk}/giao-vai-tro/"
    form = {
        "role": "office",
        "place": cast.school.organisation.path,
        "valid_from": "23/11/2026",
        "valid_to": "31/2/2027",
        "reason": "Quyết định số 12",
    }
    client = cast.client("mai")
    wrong = client.post(page, form)
    assert wrong.status_code == 200
    assert "31/2/2027" in wrong.text
    assert not Grant.objects.filter(role="office", account=cast.hoa.account).exists()
    assert client.post(page, {**form, "valid_to": ""}).status_code == 302
    assert Grant.objects.filter(role="office", account=cast.hoa.account).exists()


def test_an_account_is_added_from_the_page(cast: Cast) -> None:
    form = {
        "name": "Lò Văn Tài",
        "login": "",
        "role": "technology",
        "place": cast.school.organisation.path,
        "valid_from": "23/11/2026",
        "valid_to": "",
    }
    made = cast.client("mai").post("/tai-khoan/them/", form)
    assert made.status_code == 302
    shown = cast.client("mai").get(made["Location"]).text
    assert "tailv" in shown


def test_a_form_without_its_token_is_turned_away(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/dang-nhap/", {"login": "gv.hoa", "password": "x"})
    assert response.status_code == 403
    assert "Hãy tải lại trang rồi thử lại" in response.text
