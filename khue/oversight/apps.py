from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "khue.oversight"
    verbose_name = "Việc của Sở và xã"

    def ready(self) -> None:
        from khue.oversight import permissions
        from khue.oversight.queries.declared_facts import declared_facts
        from khue.sector.api import register_declared

        permissions.register()
        register_declared("tờ khai số liệu", declared_facts)
