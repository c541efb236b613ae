"""The site in an S3 bucket, by boto3: media types, a short life in caches, and no file that a page misses.

Source: docs.aws.amazon.com/AmazonS3/latest/API (PutObject is atomic and read-after-write consistent since 2020).
"""

from __future__ import annotations

import atexit
import hashlib
import os
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from announce_channels.feed.storage.lock import held_beside
from announce_channels.feed.storage.protocol import Folder
from publisher.adapter import (
    BadCredentials,
    ChannelError,
    Context,
    NotSent,
    Rejected,
    insist_on_public,
    media_type,
    one_line,
)

MOST_BYTES = 32 * 1024 * 1024
"""Of an object; the largest file of a site of thousands is a tenth of that."""

CACHE_CONTROL = "public, max-age=60"


class BucketStorage:
    """``s3://bucket/prefix``. Credentials come from boto3's own chain; boto3 is loaded at the first use."""

    def __init__(
        self, address: str, context: Context, *, endpoint: str | None, timeout: float, internal: bool = False
    ) -> None:
        parts = urlsplit(address)
        prefix = parts.path.strip("/")
        self.place = address
        self._bucket = parts.netloc
        self._prefix = f"{prefix}/" if prefix else ""
        self._endpoint = endpoint
        self._timeout = timeout
        self._internal = internal
        self._context = context
        self._client: Any = None

    @contextmanager
    def locked(self) -> Iterator[Folder]:
        """The bucket for one writer of all who share the ledger: the lock lies where the ledger does."""
        if self._context.alone is not None:
            with self._context.alone(self.place):
                yield self
            return
        state = Path(self._context.state or self._context.root)
        name = f"{hashlib.sha256(self.place.encode()).hexdigest()[:16]}.bucket.lock"
        with ExitStack() as stack:
            try:
                stack.enter_context(held_beside(state, name, self._context.group))
            except OSError as error:
                cure = "see whose it is: a team shares it by [publisher] group"
                raise NotSent(
                    f"{state / name}, the lock of {self.place}: {error.strerror}", cure=cure
                ) from error
            yield self

    def look(self, name: str) -> bytes | None:
        """An object as it is now."""
        return self.read(name)

    def read(self, name: str) -> bytes | None:
        """An object, None where there is none."""
        with self._telling():
            try:
                body = self._s3().get_object(**self._named(name))["Body"]
                content = bytes(body.read(MOST_BYTES + 1))
            except self._s3().exceptions.NoSuchKey:
                return None
            if len(content) > MOST_BYTES:
                body.close()
                cure = "see what answers at `endpoint_url`: nothing of announce's is as large"
                raise Rejected(f"{self.place}: {name} has more than {MOST_BYTES} bytes", cure=cure)
            return content

    def write(self, name: str, content: bytes) -> bool:
        """Put an object, unless it is there already with these bytes."""
        if self.read(name) == content:
            return False
        with self._telling():
            self._put(name, Body=content, ContentType=media_type(name), CacheControl=CACHE_CONTROL)
        return True

    def write_pages(self, contents: Mapping[str, bytes]) -> int:
        """Put objects, one after the other."""
        return sum([self.write(name, content) for name, content in contents.items()])

    def probe(self) -> bool:
        """Put and delete an object."""
        name = f".announce.{os.getpid()}.probe"
        with self._telling():
            self._put(name, Body=b"")
            self._s3().delete_object(**self._named(name))
        return True

    def _put(self, name: str, **content: Any) -> None:
        """Put an object. A hotel's page, too, answers 200; S3 says what it has taken."""
        if not self._s3().put_object(**self._named(name), **content).get("ETag"):
            raise NotSent(f"{self.place}: what answers is no S3: it took {name} without an ETag")

    def _named(self, name: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": f"{self._prefix}{name}"}

    def _s3(self) -> Any:
        if self._client is None:
            self._client = _client(self._endpoint, self._timeout, self._context)
            self._client.meta.events.register_first("needs-retry.s3", _refuse_redirects)
            if not self._internal:
                self._client.meta.events.register("before-send.s3", _stay_outside)
        return self._client

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn what goes wrong into the outcome of an attempt: to write again never harms."""
        try:
            yield
        except ImportError as error:
            cure = "in a checkout: pipx install --force '.[s3]'; from a wheel: pipx install --force 'FILE.whl[s3]'"
            raise Rejected(f"{self.place} needs {error.name}, which is not installed", cure=cure) from None
        except ChannelError:
            raise
        except Exception as error:
            verdict = _verdict(error, self.place)
            if verdict is None:
                raise
            raise verdict from error


def _client(endpoint: str | None, timeout: float, context: Context) -> Any:
    import boto3
    from botocore.config import Config

    once = Config(connect_timeout=timeout, read_timeout=timeout, retries={"total_max_attempts": 1})
    session = boto3.session.Session()
    if credentials := session.get_credentials():
        for secret in credentials.get_frozen_credentials():
            context.conceal(secret or "")
    verify = _trusted(context.ca_bundle) if context.ca_bundle else None
    return session.client("s3", endpoint_url=endpoint, config=once, verify=verify)


def _stay_outside(request: Any, **_: Any) -> None:
    """Asked by boto3 before each request; raises Rejected. Where a proxy connects, it is the proxy's to judge."""
    from botocore.utils import get_environ_proxies

    parts = urlsplit(request.url)
    host, port = parts.hostname or "", parts.port or parts.scheme
    if get_environ_proxies(request.url).get(parts.scheme):
        return
    with suppress(OSError):  # boto3 asks again, and says what is wrong
        for *_known, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            insist_on_public(host, str(address[0]))


def _refuse_redirects(response: Any, **_: Any) -> None:
    """Asked by boto3 after each answer; raises Rejected. Only S3 itself says in which region a bucket is.

    Of any other redirect boto3 asks the bucket for its region, which is redirected, and so on until Python gives up.
    """
    answer = response[0] if response else None
    if answer is None or answer.status_code not in _REDIRECTS or _REGION in answer.headers:
        return
    host = one_line(urlsplit(answer.headers.get("Location", "")).hostname or "another address")
    raise Rejected(
        f"what answers leads to {host} ({answer.status_code})",
        cure="correct `endpoint_url`, or the bucket's name",
    )


_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REGION = "x-amz-bucket-region"


def _trusted(bundle: str) -> str:
    """A file with the certificates that boto trusts by itself, and the bundle's: it takes one file or none."""
    from botocore.httpsession import get_cert_path

    trusted = [Path(get_cert_path(True)).read_bytes(), Path(bundle).read_bytes()]
    descriptor, name = tempfile.mkstemp(prefix="announce-", suffix=".pem")
    with os.fdopen(descriptor, "wb") as file:
        file.write(b"\n".join(trusted))
    atexit.register(Path(name).unlink, missing_ok=True)
    return name


_WHO = frozenset({"InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"})


def _verdict(error: Exception, place: str) -> ChannelError | None:
    from botocore.exceptions import BotoCoreError, ClientError, CredentialRetrievalError, NoCredentialsError

    if isinstance(error, NoCredentialsError | CredentialRetrievalError):
        return BadCredentials(f"{place}: {error}", cure="give boto3 credentials, such as a profile or a role")
    if isinstance(error, ClientError):
        return _refused(str(error.response.get("Error", {}).get("Code", "")), error, place)
    return NotSent(f"{place}: {error}") if isinstance(error, BotoCoreError) else None


def _refused(code: str, error: Exception, place: str) -> ChannelError:
    if code in _WHO:
        return BadCredentials(f"{place}: {error}", cure="give boto3 valid credentials")
    if code in ("AccessDenied", "403"):
        return Rejected(f"{place}: {error}", cure="allow s3:GetObject, s3:PutObject and s3:ListBucket there")
    if code == "NoSuchBucket":
        return Rejected(f"{place}: {error}", cure="make the bucket, or correct `directory`")
    return NotSent(f"{place}: {error}")
