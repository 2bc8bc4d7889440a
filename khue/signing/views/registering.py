"""Đăng ký chứng thư: a key on the server, at a remote service, on one's own machine, or a demo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_safe

from khue.access.api import Actor, OutsidePlace, actor_of, page
from khue.signing.forms.credentials import (
    LARGEST_CERTIFICATE,
    certificates_in,
    certificates_sent,
    chosen_owner,
    typed_secret,
    uploaded,
)
from khue.signing.permissions import SIGN
from khue.signing.queries.credentials import seal_owners
from khue.signing.rules.fitness import Fitness, NotACertificate, with_chain
from khue.signing.rules.shapes import SigningCertificate
from khue.signing.services.backends import KeyTrouble
from khue.signing.services.backends.csc_http import services
from khue.signing.services.backends.csc_key import (
    RemoteKey,
    ask_code_of,
    remote_credential,
    remote_credentials,
)
from khue.signing.services.backends.modules import TokenKey, keys_named, keys_numbered
from khue.signing.services.credentials import (
    CredentialRefused,
    NewCredential,
    fitness_for,
    register_credential,
)
from khue.signing.services.demo_credentials import make_demo_credential
from kit.content_security import policy

TROUBLES = (CredentialRefused, KeyTrouble, NotACertificate)
GONE = "Không còn thấy chứng thư vừa chọn. Hãy tìm lại rồi chọn lần nữa."
NOTHING_SENT = "Chưa nhận được chứng thư nào. Hãy chọn chứng thư trên thiết bị hoặc chọn tệp."


def _owner_name(actor: Actor, organisation_id: int | None) -> str:
    """The name on the certificate that is looked for; a seal only of one's own organisation."""
    if organisation_id is None:
        return actor.name
    owned = {one.id: one.name for one in seal_owners(actor)}
    if organisation_id not in owned:
        raise OutsidePlace
    return owned[organisation_id]


def _frame(request: HttpRequest) -> dict[str, Any]:
    actor, owner = actor_of(request), chosen_owner(request)
    return {
        "owner": owner,
        "owner_name": _owner_name(actor, owner),
        "modules": bool(settings.PKCS11_MODULES),
        "services": services(),
        "demo": settings.DEMO,
    }


def _answer(
    request: HttpRequest, template: str, context: dict[str, Any], error: str = ""
) -> HttpResponse:
    whole = {**_frame(request), **context, "error": error}
    return render(request, template, whole, status=422 if error else 200)


def _registered(request: HttpRequest, credential_id: int) -> HttpResponse:
    messages.success(request, "Đã đăng ký chứng thư. Hãy thêm hình chữ ký nếu cần.")
    return redirect("signing.credential", credential_id)


def _look(request: HttpRequest, signer: SigningCertificate) -> Fitness:
    return fitness_for(
        actor=actor_of(request),
        now=timezone.now(),
        signer=signer,
        organisation_id=chosen_owner(request),
    )


def _register(
    request: HttpRequest, backend: str, signer: SigningCertificate, where: dict[str, str]
) -> HttpResponse:
    new = NewCredential(
        backend=backend,
        signer=signer,
        settings=where,
        organisation_id=chosen_owner(request),
    )
    made = register_credential(
        actor=actor_of(request), now=timezone.now(), new=new, secret=typed_secret(request)
    )
    return _registered(request, made)


@page(SIGN)
@require_safe
def new_credential(request: HttpRequest) -> HttpResponse:
    """Where the key is."""
    return _answer(request, "signing/register.html", {"owners": seal_owners(actor_of(request))})


def _tried(
    request: HttpRequest, act: Callable[[], HttpResponse], again: Callable[[str], HttpResponse]
) -> HttpResponse:
    """Do it, or show the page again with the sentence of what stopped it."""
    try:
        return act()
    except TROUBLES as trouble:
        return again(trouble.sentence)


# Thiết bị ký ở máy chủ


@page(SIGN)
@sensitive_post_parameters("pin", "code")
def register_token(request: HttpRequest) -> HttpResponse:
    """Keys on tokens and HSMs of the server: those in the owner's name, or with a given number."""
    if request.method == "POST":
        return _tried(
            request,
            lambda: _register_token(request),
            lambda sentence: _token_page(request, sentence),
        )
    return _token_page(request, "")


def _token_page(request: HttpRequest, error: str) -> HttpResponse:
    try:
        keys = [(one, _look(request, one.signer)) for one in _token_keys(request)]
    except KeyTrouble as trouble:
        keys, error = [], trouble.sentence
    context = {"keys": keys, "number": request.GET.get("so", "")[:80]}
    return _answer(request, "signing/register_token.html", context, error)


def _token_keys(request: HttpRequest) -> list[TokenKey]:
    number = (request.GET.get("so") or request.POST.get("so") or "")[:80]
    if number.strip():
        return keys_numbered(number)
    return keys_named(_owner_name(actor_of(request), chosen_owner(request)))


def _register_token(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("key", "")
    for one in _token_keys(request):
        if one.facts.fingerprint == wanted:
            return _register(request, "pkcs11", one.signer, one.settings)
    raise CredentialRefused(GONE)


# Dịch vụ ký số từ xa


@page(SIGN)
@sensitive_post_parameters("pin", "code", "user")
def register_remote(request: HttpRequest) -> HttpResponse:
    """A user's credentials at a service; the user's name there is asked with and forgotten."""
    if request.method != "POST":
        return _answer(request, "signing/register_remote.html", {"keys": None, "chosen": ""})
    step = {"list": _list_remote, "code": _send_code, "register": _register_remote}
    act = step.get(request.POST.get("step", ""), _list_remote)
    return _tried(
        request,
        lambda: act(request),
        lambda sentence: _remote_page(request, _chosen_again(request), sentence),
    )


def _remote_page(
    request: HttpRequest, keys: list[RemoteKey] | None, error: str = ""
) -> HttpResponse:
    shown = None if keys is None else [(one, _look(request, _signer(one))) for one in keys]
    context = {"keys": shown, "chosen": request.POST.get("service", "")[:60]}
    return _answer(request, "signing/register_remote.html", context, error)


def _signer(key: RemoteKey) -> SigningCertificate:
    return SigningCertificate(key.certificates[0], key.certificates[1:])


@sensitive_variables("user")
def _list_remote(request: HttpRequest) -> HttpResponse:
    user = request.POST.get("user", "").strip()[:100]
    return _remote_page(request, remote_credentials(request.POST.get("service", ""), user))


def _one_remote(request: HttpRequest) -> RemoteKey:
    given = request.POST
    return remote_credential(given.get("service", ""), given.get("credential", "")[:200])


def _chosen_again(request: HttpRequest) -> list[RemoteKey] | None:
    """The credential that was chosen, to try once more; none when the service is away."""
    if not request.POST.get("credential"):
        return None
    try:
        return [_one_remote(request)]
    except TROUBLES:
        return None


def _send_code(request: HttpRequest) -> HttpResponse:
    key = _one_remote(request)
    ask_code_of(request.POST.get("service", ""), key)
    messages.info(request, "Dịch vụ đã gửi mã xác nhận đến thầy cô. Hãy nhập mã vào ô bên dưới.")
    return _remote_page(request, [key])


def _register_remote(request: HttpRequest) -> HttpResponse:
    key = _one_remote(request)
    where = {"service": request.POST.get("service", ""), "credential": key.id, **key.factors()}
    return _register(request, "csc", _signer(key), where)


# USB token trên máy của người ký


@page(SIGN)
def register_local(request: HttpRequest) -> HttpResponse:
    """A certificate that the browser reads from the agent, or a file of it."""
    if request.method == "POST":
        return _tried(
            request,
            lambda: _register_local(request),
            lambda sentence: _local_page(request, sentence),
        )
    return _local_page(request, "")


def _local_page(request: HttpRequest, error: str) -> HttpResponse:
    context = {"agents": settings.SIGNING_AGENTS}
    response = _answer(request, "signing/register_local.html", context, error)
    sources = ("'self'", *settings.SIGNING_AGENTS)
    response.headers["Content-Security-Policy"] = policy(connect_src=sources)
    return response


def _register_local(request: HttpRequest) -> HttpResponse:
    found = certificates_sent(request)
    if not found:
        found = certificates_in(uploaded(request, "file", LARGEST_CERTIFICATE))
    if not found:
        raise CredentialRefused(NOTHING_SENT)
    signer = with_chain(found[0], found[1:])
    return _register(request, "local", signer, {"agent": "1"})


# Khóa trình diễn


@page(SIGN)
@sensitive_post_parameters("pin")
def register_demo(request: HttpRequest) -> HttpResponse:
    """Only where the demonstration runs."""
    if request.method == "POST":
        return _tried(
            request,
            lambda: _make_demo(request),
            lambda sentence: _answer(request, "signing/register_demo.html", {}, sentence),
        )
    return _answer(request, "signing/register_demo.html", {})


def _make_demo(request: HttpRequest) -> HttpResponse:
    made = make_demo_credential(
        actor=actor_of(request),
        now=timezone.now(),
        secret=typed_secret(request),
        organisation_id=chosen_owner(request),
    )
    return _registered(request, made)
