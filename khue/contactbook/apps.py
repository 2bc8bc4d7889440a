from django.apps import AppConfig


class ContactbookConfig(AppConfig):
    name = "khue.contactbook"
    verbose_name = "Sổ liên lạc"

    def ready(self) -> None:
        from khue.contactbook import permissions

        permissions.register()
