"""Channels as they are written in a hurry: each breaks a rule or two of the contract, and the table must find out."""

from __future__ import annotations

import logging

import requests

from publisher.adapter.context import Context
from publisher.model.outcome import BadCredentials, NotSent, Rejected, Unknown
from publisher.model.post import Post, Receipt
from publisher.settings.secrets import Secret

_SECONDS = 0.5
"""For each read, which is all that requests' own time limit says."""


class Naive:
    """Posts JSON with a token and believes in the best; the others make one more mistake each."""

    def __init__(self, context: Context, address: str) -> None:
        self.address = address
        self.token = context.secret(Secret(env="TOKEN"))

    def publish(self, post: Post) -> Receipt:
        try:
            answer = self.send(post)
        except requests.ConnectionError:
            raise NotSent("no connection") from None
        except requests.RequestException:
            raise Unknown("no answer") from None
        return self.understood(answer)

    def find(self, post: Post) -> Receipt | None:
        answer = requests.get(f"{self.address}/news", headers=self.headers, timeout=_SECONDS)
        items = answer.json()["items"] if answer.ok else []
        return Receipt(remote_id=str(items[0]["id"])) if items else None

    @property
    def headers(self) -> dict[str, str]:
        return {"X-Api-Key": self.token}

    def send(self, post: Post) -> requests.Response:
        body = {"text": post.body}
        return requests.post(
            f"{self.address}/news", json=body, headers=self.headers, timeout=_SECONDS, allow_redirects=False
        )

    def understood(self, answer: requests.Response) -> Receipt:
        match answer.status_code:
            case 401:
                raise BadCredentials("not accepted")
            case 429:
                raise NotSent("too many", retry_after=float(answer.headers.get("Retry-After", 60)))
            case status if status >= 500:
                raise Unknown("it failed")
            case status if status >= 300:
                raise Rejected("refused")
        told = answer.json()
        return Receipt(remote_id=str(told["id"]), url=told.get("url"))


class Retrying(Naive):
    """Sends again when something fails."""

    def send(self, post: Post) -> requests.Response:
        for _ in range(3):
            try:
                return super().send(post)
            except requests.ConnectionError as error:
                failure = error
        raise failure


class Believing(Naive):
    """Takes every 200 for a success."""

    def understood(self, answer: requests.Response) -> Receipt:
        if answer.ok:
            return Receipt(remote_id=None)
        return super().understood(answer)


class Following(Naive):
    """Lets requests follow redirects."""

    def send(self, post: Post) -> requests.Response:
        body = {"text": post.body, "token": self.token}
        return requests.post(f"{self.address}/news", json=body, headers=self.headers, timeout=_SECONDS)


class Quoting(Naive):
    """Says what the platform says."""

    def understood(self, answer: requests.Response) -> Receipt:
        if not answer.ok:
            raise Rejected(answer.json()["error"])
        return super().understood(answer)


class InTheQuery(Naive):
    """Carries the token in the address, and quotes what requests says."""

    def publish(self, post: Post) -> Receipt:
        url = f"{self.address}/news?token={self.token}"
        try:
            return self.understood(requests.post(url, timeout=_SECONDS, allow_redirects=False))
        except requests.RequestException as error:
            raise NotSent(str(error)) from error


class Talkative(Naive):
    """Logs what it does."""

    def send(self, post: Post) -> requests.Response:
        logging.getLogger("naive").debug("headers: %s", self.headers)
        return super().send(post)


class Hoarding(Naive):
    """Keeps one session, cookies and all."""

    def send(self, post: Post) -> requests.Response:
        with requests.Session() as session:
            session.post(f"{self.address}/warm-up", timeout=_SECONDS)
            session.close()  # the connection only: the double serves one request on each
            return session.post(f"{self.address}/news", timeout=_SECONDS, allow_redirects=False)
