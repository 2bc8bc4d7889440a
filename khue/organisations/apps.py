from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "khue.organisations"
    verbose_name = "Cơ quan và trường học"

    def ready(self) -> None:
        from khue.access.api import register_place_lister, register_school_finder
        from khue.organisations import permissions
        from khue.organisations.queries.tree import places_below, schools_below

        permissions.register()
        register_school_finder(schools_below)
        register_place_lister(places_below)
        self._register_imports()

    def _register_imports(self) -> None:
        from khue.intake.api import register_kind
        from khue.organisations.sheets.classes import CLASSES

        register_kind(CLASSES)
