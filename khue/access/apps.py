from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "khue.access"
    verbose_name = "Tài khoản và quyền"

    def ready(self) -> None:
        from khue.access import permissions

        permissions.register()
