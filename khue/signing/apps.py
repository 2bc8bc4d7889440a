from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "khue.signing"
    verbose_name = "Ký số"

    def ready(self) -> None:
        from django.core.checks import Tags, register

        from khue.signing import permissions
        from khue.signing.services.backends.demo import no_demo_keys_in_use

        register(no_demo_keys_in_use, Tags.security)
        permissions.register()
        from khue.signing.services.document_codes import register_document_codes
        from khue.signing.services.document_kind import register_documents
        from khue.signing.views.documents import document_page

        register_documents(document_page)
        register_document_codes()
