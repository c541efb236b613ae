"""How an `http` channel proves who it is: the kinds of its ``[auth]`` table."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from publisher.adapter import Secret

HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$")]
"""A token as RFC 9110 has it."""

Prefix = Annotated[str, Field(pattern=r"^[ -~]{0,40}$")]

Resolve = Callable[[Secret], str]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class NoAuth(_Table):
    """Nothing is sent."""

    kind: Literal["none"] = "none"


class BasicAuth(_Table):
    """User name and password, RFC 7617, in UTF-8."""

    kind: Literal["basic"]
    username: Annotated[str, Field(min_length=1, pattern=r"^[^:]+$")]
    password: Secret


class BearerAuth(_Table):
    """``Authorization: Bearer …``."""

    kind: Literal["bearer"]
    token: Secret


class HeaderAuth(_Table):
    """A header of the platform's own, such as ``X-Api-Key``."""

    kind: Literal["header"]
    name: HeaderName
    value: Secret
    prefix: Prefix = ""
    """What stands before the value, blank included: ``"Token "``."""


class FormAuth(_Table):
    """Fields of the form that is sent."""

    kind: Literal["form"]
    fields: Annotated[dict[str, Secret], Field(min_length=1)]


class HmacAuth(_Table):
    """A signature over the bytes of the body, in a header: ``X-Signature: sha256=…``."""

    kind: Literal["hmac"]
    secret: Secret
    header: HeaderName
    algorithm: Literal["sha1", "sha256", "sha512"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    prefix: Prefix = ""


Auth = Annotated[
    NoAuth | BasicAuth | BearerAuth | HeaderAuth | FormAuth | HmacAuth, Field(discriminator="kind")
]

HeadersFor = Callable[[bytes], Mapping[str, str]]
"""From the body of a request to the headers that prove who sends it."""


def dummy(auth: Auth, file: str) -> Auth:
    """The same kind, with what stands in ``file`` in the place of every secret."""
    secret = Secret(file=file)
    if isinstance(auth, FormAuth):
        return auth.model_copy(update={"fields": dict.fromkeys(auth.fields, secret)})
    kept = {name: secret for name, value in auth if isinstance(value, Secret)}
    return auth.model_copy(update=kept)


def headers_for(auth: Auth, resolve: Resolve) -> HeadersFor:
    """Resolve the secrets now, and give what makes the headers of each request."""
    match auth:
        case BasicAuth():
            pair = f"{auth.username}:{resolve(auth.password)}".encode()
            return _always("Authorization", f"Basic {base64.b64encode(pair).decode('ascii')}")
        case BearerAuth():
            return _always("Authorization", f"Bearer {resolve(auth.token)}")
        case HeaderAuth():
            return _always(auth.name, f"{auth.prefix}{resolve(auth.value)}")
        case HmacAuth():
            return _signing(auth, resolve(auth.secret).encode())
    return lambda body: {}


def fields_for(auth: Auth, resolve: Resolve) -> Mapping[str, str]:
    """The form fields that prove who sends it; none for every other kind."""
    return (
        {name: resolve(secret) for name, secret in auth.fields.items()} if isinstance(auth, FormAuth) else {}
    )


def _always(name: str, value: str) -> HeadersFor:
    return lambda body: {name: value}


def _signing(auth: HmacAuth, key: bytes) -> HeadersFor:
    def sign(body: bytes) -> Mapping[str, str]:
        digest = hmac.new(key, body, getattr(hashlib, auth.algorithm)).digest()
        text = digest.hex() if auth.encoding == "hex" else base64.b64encode(digest).decode("ascii")
        return {auth.header: f"{auth.prefix}{text}"}

    return sign
