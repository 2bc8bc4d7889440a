from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "khue.signing"
    verbose_name = "Ký số"

    def ready(self) -> None:
        from khue.signing import permissions

        permissions.register()
        from khue.signing.services.document_kind import register_documents
        from khue.signing.views.documents import document_page

        register_documents(document_page)
