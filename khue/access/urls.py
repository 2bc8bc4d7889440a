"""Addresses of this context."""

from django.urls import URLPattern, path

from khue.access.views import (
    accounts,
    by_phone,
    delegations,
    entering,
    own,
    second_factor,
    slips,
)

urlpatterns: list[URLPattern] = [
    path("dang-nhap/", entering.login, name="access.login"),
    path("dang-nhap/lan-dau/", entering.first_login, name="access.first_login"),
    path("dang-nhap/dat-mat-khau/", entering.first_password, name="access.first_password"),
    path("dang-nhap/phu-huynh/", by_phone.phone, name="access.phone"),
    path("dang-nhap/phu-huynh/ma/", by_phone.code, name="access.phone_code"),
    path("dang-nhap/phu-huynh/gui-lai/", by_phone.send_again, name="access.phone_again"),
    path("dang-nhap/phu-huynh/chon/", by_phone.choose, name="access.phone_choose"),
    path("dang-nhap/xac-thuc/", second_factor.second_factor, name="access.second_factor"),
    path("dang-nhap/ma-du-phong/", second_factor.recovery, name="access.recovery"),
    path(
        "dang-nhap/thiet-lap-xac-thuc/",
        second_factor.second_factor_setup,
        name="access.second_factor_setup",
    ),
    path("dang-xuat/", entering.logout, name="access.logout"),
    path("tai-khoan-cua-toi/", own.my_account, name="access.my_account"),
    path("tai-khoan-cua-toi/mat-khau/", own.change_own_password, name="access.change_password"),
    path("tai-khoan-cua-toi/phien/", own.sessions, name="access.sessions"),
    path("tai-khoan-cua-toi/phien/ket-thuc/", own.end_one_session, name="access.end_session"),
    path(
        "tai-khoan-cua-toi/phien/ket-thuc-khac/",
        own.end_other_sessions,
        name="access.end_other_sessions",
    ),
    path(
        "tai-khoan-cua-toi/phien/ket-thuc-het/",
        own.end_all_sessions,
        name="access.end_all_sessions",
    ),
    path(
        "tai-khoan-cua-toi/ma-du-phong/",
        second_factor.renew_recovery_codes,
        name="access.renew_recovery_codes",
    ),
    path("tai-khoan/", accounts.accounts, name="access.accounts"),
    path("tai-khoan/tai-ve/", accounts.export, name="access.export_accounts"),
    path("tai-khoan/them/", accounts.new_account, name="access.new_account"),
    path("tai-khoan/in-phieu/", slips.slips, name="access.slips"),
    path("tai-khoan/<int:account_id>/", accounts.account, name="access.account"),
    path("tai-khoan/<int:account_id>/giao-vai-tro/", accounts.add_grant, name="access.add_grant"),
    path(
        "tai-khoan/<int:account_id>/vai-tro/<int:grant_id>/thoi-giao/",
        accounts.end_grant,
        name="access.end_grant",
    ),
    path("tai-khoan/<int:account_id>/dong/", accounts.close, name="access.close_account"),
    path("tai-khoan/<int:account_id>/mo-lai/", accounts.reopen, name="access.reopen_account"),
    path(
        "tai-khoan/<int:account_id>/dat-lai-xac-thuc/",
        accounts.reset_code,
        name="access.reset_second_factor",
    ),
    path("uy-quyen/", delegations.delegations, name="access.delegations"),
    path("uy-quyen/<int:grant_id>/thu-hoi/", delegations.take_back, name="access.take_back"),
]
