"""Keys that sign ID tokens as Firebase does, and the certificates that tell so."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from tests.google.proxy import HOST

PROJECT = "cv-app"


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class Key:
    """A signing key with its id."""

    kid: str
    private: rsa.RSAPrivateKey = field(default_factory=_new_key)

    def token(self, uid: str = "ada", *, headers: dict[str, Any] | None = None, **claims: Any) -> str:
        """An ID token as Firebase makes them; claims and headers that are None are left out."""
        now = int(time.time())
        payload = {
            "iss": f"https://securetoken.google.com/{PROJECT}",
            "aud": PROJECT,
            "auth_time": now - 60,
            "user_id": uid,
            "sub": uid,
            "iat": now - 60,
            "exp": now + 3540,
            "firebase": {"identities": {}, "sign_in_provider": "custom"},
            **claims,
        }
        head = {"alg": "RS256", "kid": self.kid, "typ": "JWT", **(headers or {})}
        text = ".".join(_encode({k: v for k, v in part.items() if v is not None}) for part in (head, payload))
        return f"{text}.{base64url(self.signature(text.encode()))}"

    def signature(self, text: bytes) -> bytes:
        return self.private.sign(text, padding.PKCS1v15(), hashes.SHA256())

    def certificate(self) -> str:
        """A certificate that it has signed itself, in PEM."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "securetoken.system.gserviceaccount.com")])
        return _pem(_certificate(name, self.private, issuer=name, signer=self.private))


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _encode(part: object) -> str:
    return base64url(json.dumps(part).encode())


def write_certificates(folder: Path, *keys: Key) -> None:
    """What is served at the certificates' address, as these keys are the current ones."""
    (folder / "certificates.json").write_text(json.dumps({key.kid: key.certificate() for key in keys}))


def write_tls(folder: Path) -> None:
    """A certificate for Google's host in tls.pem, and the authority that vouches for it in ca.pem."""
    authority, host = _new_key(), _new_key()
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    (folder / "ca.pem").write_text(_pem(_certificate(issuer, authority, issuer=issuer, signer=authority, ca=True)))
    (folder / "tls.pem").write_text(
        _private_pem(host) + _pem(_certificate(subject, host, issuer=issuer, signer=authority, host=HOST))
    )


def _certificate(
    subject: x509.Name,
    key: rsa.RSAPrivateKey,
    *,
    issuer: x509.Name,
    signer: rsa.RSAPrivateKey,
    ca: bool = False,
    host: str = "",
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=7))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        # Python 3.13 takes no authority without it.
        .add_extension(_usage(signs=ca), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if host:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    return builder.sign(signer, hashes.SHA256())


def _usage(*, signs: bool) -> x509.KeyUsage:
    unused = dict.fromkeys(
        (
            *("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
            *("encipher_only", "decipher_only"),
        ),
        False,
    )
    return x509.KeyUsage(digital_signature=True, key_cert_sign=signs, crl_sign=signs, **unused)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _private_pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
