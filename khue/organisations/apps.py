from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "khue.organisations"
    verbose_name = "Cơ quan và trường học"

    def ready(self) -> None:
        from khue.organisations import permissions

        permissions.register()
