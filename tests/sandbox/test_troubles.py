"""A night's troubles: begun by a program, by its address and by the buttons of the page; the documentation has each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests

from announce_sandbox import TROUBLES

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")


def on(sandbox):
    rows = requests.get(f"{sandbox.url}/troubles", timeout=5).json()["troubles"]
    return {row["name"] for row in rows if row["on"]}


def test_the_page_lists_every_trouble_with_its_sentence():
    told = dict(re.findall(r"^\| `([\w-]+-[\w-]+)` \| (.+) \|$", PAGE, re.M))
    assert told == {name: trouble.summary for name, trouble in TROUBLES.items()}


@pytest.mark.parametrize("name", TROUBLES)
def test_each_begins_and_ends(sandbox, name):
    sandbox.trouble(name)
    assert name in on(sandbox)
    sandbox.heal()
    assert on(sandbox) == set()


def test_a_program_begins_one_and_ends_all(sandbox):
    def send(**data):
        return requests.post(f"{sandbox.url}/troubles", json=data, timeout=5).status_code

    assert send(trouble="facebook-down") == 204
    assert on(sandbox) == {"facebook-down"}
    assert send(trouble="") == 204
    assert on(sandbox) == set()
    assert [send(trouble="x"), send(), send(trouble=3)] == [400, 400, 400]


def test_the_buttons_are_those_of_the_page_and_of_no_other(sandbox):
    address = f"{sandbox.url}/troubles"
    page = requests.get(address, headers={"Accept": "text/html"}, timeout=5)
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert set(re.findall(r'name="trouble" value="([^"]*)"', page.text)) == {"", *TROUBLES}

    def press(name, origin):
        return requests.post(
            address, data={"trouble": name}, headers={"Origin": origin}, timeout=5, allow_redirects=False
        ).status_code

    assert [press("x-429", "https://evil.example"), press("x-429", "null")] == [415, 415]
    assert on(sandbox) == set()
    assert press("x-429", sandbox.url) == 303
    assert on(sandbox) == {"x-429"}
    shown = requests.get(address, headers={"Accept": "text/html"}, timeout=5).text
    assert shown.count("is on") == 1
    assert press("", sandbox.url) == 303
    assert on(sandbox) == set()
