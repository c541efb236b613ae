"""The verdict on what requests raises by itself, where no request of ours was in the air.

That is before the wire is reached, and in tests: the `responses` library stands in for the wire and raises what
requests would. Its complaint about a request that no test registered stays what it is.
"""

from __future__ import annotations

import requests
from requests import exceptions
from urllib3.exceptions import MaxRetryError, ProtocolError

from publisher.model.outcome import ChannelError, NotSent, Rejected, Unknown

_UNSENT = (exceptions.ConnectTimeout, exceptions.ProxyError)
_SENT = (
    exceptions.Timeout,
    exceptions.ChunkedEncodingError,
    exceptions.ContentDecodingError,
    exceptions.SSLError,
)
_HEADER_CURE = "look for line breaks and odd characters in secrets: a file often ends in one"


def verdict_on(error: requests.RequestException) -> ChannelError | None:
    """NotSent, Unknown or Rejected for what requests raised while sending; None where it tells neither.

    Messages name the kind only: requests quotes addresses and header values, secrets included.
    """
    kind = type(error).__name__
    cause = error.args[0] if error.args else None
    match error:
        case exceptions.SSLError() if isinstance(cause, MaxRetryError):
            return Rejected(f"no trusted TLS connection ({kind})", cure="name your own CA in ca_bundle")
        case _ if isinstance(error, _UNSENT) or isinstance(cause, MaxRetryError):
            return NotSent(f"no connection ({kind})")
        case _ if isinstance(error, _SENT) or isinstance(cause, ProtocolError | OSError):
            return Unknown(f"the connection failed before the answer was complete ({kind})")
        case ValueError():
            return unwritable(error)
    return None


def unwritable(error: Exception) -> Rejected:
    """The verdict on a request that cannot even be put together."""
    kind = type(error).__name__
    match error:
        case exceptions.InvalidHeader() | UnicodeError():
            return Rejected(f"a header cannot be written ({kind})", cure=_HEADER_CURE)
        case exceptions.InvalidURL() | exceptions.MissingSchema() | exceptions.InvalidSchema():
            return Rejected(f"the address is no web address ({kind})", cure="check base_url")
    return Rejected(f"the request cannot be put together ({kind})")
