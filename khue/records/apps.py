from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "khue.records"
    verbose_name = "Hồ sơ"

    def ready(self) -> None:
        from khue.records import cases, permissions

        permissions.register()
        cases.register()
        self._add_to_classes()
        self._register_imports()
        self._let_families_in()
        self._keep_codes_when_merged()

    def _keep_codes_when_merged(self) -> None:
        from khue.records.services.family_codes import move_codes, return_codes
        from khue.records.services.merge_movers import register_merge_mover

        register_merge_mover("records.codes", move_codes, return_codes)

    def _let_families_in(self) -> None:
        from khue.access.api import register_phone_finder
        from khue.records.queries.phones import guardians_of_phone
        from khue.records.services.family_access import open_account_by_phone

        register_phone_finder(guardians_of_phone, open_account_by_phone)

    def _add_to_classes(self) -> None:
        from khue.organisations.api import Tab, register_class_tab

        tab = Tab("Học sinh", "records.class_students", "records.view_students", order=10)
        register_class_tab(tab)

    def _register_imports(self) -> None:
        from khue.intake.api import register_kind
        from khue.records.sheets.staff import STAFF
        from khue.records.sheets.students import STUDENTS

        register_kind(STUDENTS)
        register_kind(STAFF)
