"""The test authorities themselves: what they issue, and that they answer over HTTP."""

import requests
from asn1crypto import crl, ocsp, x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from khue.signing.tests.pki import FAULTY, PEOPLE, REJECTION, SEALS, Authority, Pki


def test_people_and_seals_have_certificates_and_their_keys(pki: Pki) -> None:
    for label in [*PEOPLE, *SEALS, *FAULTY]:
        signer, key = pki.signer(label)
        held = x509.Certificate.load(signer.certificate)
        assert held.not_valid_before < held.not_valid_after
        assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
        assert signer.chain


def test_proof_and_time_are_answered_in_the_process(pki: Pki) -> None:
    evidence = pki.evidence("hoa")
    assert ocsp.OCSPResponse.load(evidence.ocsp[0])["response_status"].native == "successful"
    assert crl.CertificateList.load(pki.crl("people")).issuer is not None
    assert pki.stamp(b"du lieu")


def test_services_answer_over_http_and_can_be_put_out_of_order(authority: Authority) -> None:
    listed = requests.get(f"{authority.url}/thu/crls/crl-people/latest.crl", timeout=30)
    assert crl.CertificateList.load(listed.content)["tbs_cert_list"]["revoked_certificates"]
    authority.refusing("tsa")
    answer = requests.post(authority.tsa_url, data=b"", timeout=30)
    assert answer.content == REJECTION
    authority.failing("crls")
    assert requests.get(listed.url, timeout=30).status_code == 503
