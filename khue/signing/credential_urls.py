"""Addresses of certificates: the list, one in full, and the ways to register one."""

from django.urls import path

from khue.signing.views import credentials, registering

ROOT = "ky-so/chung-thu/"
ONE = f"{ROOT}<int:credential_id>/"
urlpatterns = [
    path(ROOT, credentials.credentials, name="signing.credentials"),
    path(ONE, credentials.credential, name="signing.credential"),
    path(f"{ONE}hinh.png", credentials.credential_image, name="signing.credential_image"),
    path(f"{ONE}hinh/", credentials.save_credential_image, name="signing.save_credential_image"),
    path(f"{ONE}go-hinh/", credentials.drop_credential_image, name="signing.drop_image"),
    path(f"{ONE}gui-ma/", credentials.send_code, name="signing.send_code"),
    path(f"{ONE}kiem-tra/", credentials.check_credential, name="signing.check_credential"),
    path(f"{ONE}ngung-dung/", credentials.retire, name="signing.retire_credential"),
    path(f"{ROOT}dang-ky/", registering.new_credential, name="signing.new_credential"),
    path(f"{ROOT}dang-ky/thiet-bi/", registering.register_token, name="signing.register_token"),
    path(f"{ROOT}dang-ky/tu-xa/", registering.register_remote, name="signing.register_remote"),
    path(f"{ROOT}dang-ky/may-cua-toi/", registering.register_local, name="signing.register_local"),
    path(f"{ROOT}dang-ky/trinh-dien/", registering.register_demo, name="signing.register_demo"),
]
