from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "khue.ledger"
    verbose_name = "Sổ cái thay đổi"
