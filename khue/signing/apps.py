from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "khue.signing"
    verbose_name = "Ký số"

    def ready(self) -> None:
        from khue.signing import permissions

        permissions.register()
