"""A user's own templates: which comes first, what is refused; channels that share a rendering, checks, pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.model.announcement import (
    Phase,
)
from publisher.model.case import Case
from publisher.model.post import Capabilities
from publisher.rendering.facts import Facts
from publisher.rendering.renderer import Renderer, TemplateFault
from tests.rendering.posts import BARE, BERLIN, HTML, SHORT, START, TEXT, post, titled, update

# --- the user's own templates -----------------------------------------------------------------------------------

WHOLE = "{% block title %}T{% endblock %}{% block body %}NAME {{ ref }} {{ period }}{% endblock %}"


@pytest.mark.parametrize(
    ("files", "locale", "taken"),
    [
        (["de/blog.html", "de/wordpress.html", "de/html.html"], "de", "de/blog.html"),
        (["de/wordpress.html", "de/html.html"], "de", "de/wordpress.html"),
        (["de/html.html"], "de", "de/html.html"),
        (["de/html.html"], "de_AT", "de/html.html"),
        (["de/html.html", "de_AT/html.html"], "de-AT", "de_AT/html.html"),
        (["fr/html.html"], "fr", "fr/html.html"),
    ],
)
def test_the_users_templates_come_first(
    own: Callable[[dict[str, str]], Path], files: list[str], locale: str, taken: str
) -> None:
    folder = own({name: WHOLE.replace("NAME", name) for name in files})
    assert post(update(), HTML, locale=locale, own=folder).body.split()[0] == taken


def test_one_sentence_can_be_changed_alone(own: Callable[[dict[str, str]], Path]) -> None:
    folder = own({"de/words.toml": '[tag]\nannounced = "Eilig:"'})
    assert post(update(BARE), TEXT, own=folder).title.startswith("Eilig: VPS-Hosting: Kritische")
    begun = post(update(BARE, phase=Phase.IN_PROGRESS), TEXT, own=folder)
    assert begun.title.startswith("[Läuft seit 22:30 Uhr] VPS-Hosting: Kritische")


@pytest.mark.parametrize(("name", "form"), [("page", HTML), ("short", TEXT), ("html", HTML)])
def test_a_channel_called_like_another_template_does_not_get_it(
    own: Callable[[dict[str, str]], Path], name: str, form: Capabilities
) -> None:
    folder = own({"de/page.html": "a page", "de/short.txt": "{% block title %}wrong{% endblock %}"})
    assert post(update(), form, channel=name, own=folder).title.startswith("[Dringend, 23.11., 22:30 Uhr]")


def test_a_language_without_templates_is_refused_naming_those_there_are() -> None:
    with pytest.raises(TemplateFault, match=r"format html in 'fr', only templates in: de, en") as caught:
        post(update(), HTML, locale="fr")
    assert "fr/words.toml" in caught.value.cure


@pytest.mark.parametrize("locale", ["xx", "../de", "de.x/.."])
def test_what_is_no_locale_is_refused(locale: str) -> None:
    with pytest.raises(TemplateFault, match="is not a locale") as caught:
        post(update(), HTML, locale=locale)
    assert caught.value.cure == "set locale to one of: de, en"


def test_words_that_cannot_be_filled_are_refused(own: Callable[[dict[str, str]], Path]) -> None:
    folder = own({"de/words.toml": '[lead]\nannounced = "Ab {strat}"'})
    with pytest.raises(TemplateFault, match=r"lead.announced cannot be filled: 'strat'") as caught:
        post(update(), HTML, own=folder)
    assert "{start}" in caught.value.cure


def test_a_misspelt_name_is_told_with_file_and_line(own: Callable[[dict[str, str]], Path]) -> None:
    folder = own({"de/blog.html": WHOLE + "\n{% block x %}{% endblock %}\n{{ tittle }}"})
    with pytest.raises(TemplateFault, match=r"de/blog\.html, line 3: 'tittle' is undefined") as caught:
        post(update(), HTML, own=folder)
    assert "permalink, phase" in caught.value.cure


@pytest.mark.parametrize(
    ("body", "lost"),
    [
        ("{{ ref }} {{ start }} {{ end.time }}", "the date Di., 24. November 2026"),
        ("{{ period }}", "the reference CMO-7K3M"),
        ("{{ ref }} {{ start }} <!-- {{ end }} -->", "the date Di., 24. November 2026"),
        ("<p data-end='{{ end }}'>{{ ref }} {{ start }}</p>", "the date Di., 24. November 2026"),
    ],
)
def test_a_template_that_drops_a_fact_is_refused(
    own: Callable[[dict[str, str]], Path], body: str, lost: str
) -> None:
    folder = own(
        {"de/blog.html": f"{{% block title %}}T{{% endblock %}}{{% block body %}}{body}{{% endblock %}}"}
    )
    with pytest.raises(TemplateFault, match=rf"de/blog\.html makes a post without {lost}") as caught:
        post(update(), HTML, own=folder)
    assert "{{ period }}" in caught.value.cure


def test_a_template_that_drops_the_end_time_is_refused_in_every_format(
    own: Callable[[dict[str, str]], Path],
) -> None:
    text = "{% block title %}T{% endblock %}{% block body %}{{ ref }} {{ start }}{% endblock %}"
    folder = own({"de/html.html": text, "de/text.txt": text, "de/short.txt": text})
    for capabilities in (HTML, TEXT, SHORT):
        with pytest.raises(TemplateFault, match="without the time 23:30"):
            post(update(BARE), capabilities, own=folder)


# --- many channels, checks, pages ---------------------------------------------------------------------------------


def test_channels_of_one_type_share_a_rendering_and_keep_their_names() -> None:
    renderer, said = Renderer(brand="CMO", zone=BERLIN), update()
    asked = {"type_name": "facebook", "locale": "de", "capabilities": TEXT}
    posts = [renderer.post(said, channel=f"page-{n}", **asked) for n in range(500)]
    assert [made.channel for made in posts] == [f"page-{n}" for n in range(500)]
    assert all(made.body is posts[0].body for made in posts)
    assert renderer.post(titled("Other"), channel="page-0", **asked).body != posts[0].body


def test_a_channel_with_its_own_template_does_not_share(own: Callable[[dict[str, str]], Path]) -> None:
    folder = own({"de/second.html": WHOLE})
    renderer, said = Renderer([folder], brand="CMO", zone=BERLIN), update()
    asked = {"type_name": "wordpress", "locale": "de", "capabilities": HTML}
    first, second = (renderer.post(said, channel=name, **asked) for name in ("first", "second"))
    assert (first.title[:9], second.title) == ("[Dringend", "T")


def check(own: Path | None, capabilities: Capabilities, locale: str = "de") -> list[str]:
    renderer = Renderer([own] if own else [], brand="CMO", zone=BERLIN)
    faults = renderer.check(channel="x", type_name="y", locale=locale, capabilities=capabilities)
    return [str(fault) for fault in faults]


@pytest.mark.parametrize("capabilities", [HTML, TEXT, SHORT], ids=lambda it: it.format)
@pytest.mark.parametrize("locale", ["de", "en", "de_AT"])
def test_the_packaged_templates_are_sound(locale: str, capabilities: Capabilities) -> None:
    assert check(None, capabilities, locale) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{% block title %}{% endif %}", "Encountered unknown tag 'endif'"),
        ("{% block title %}{% endblock %}", "has no block 'body'"),
        (WHOLE + "{% block variant_1 %}{{ ref }} {{ period }}{% endblock %}", None),
        (WHOLE + "{% block variant_1 %}{{ period }}{% endblock %}", "without the reference"),
        (
            "{% block title %}{% endblock %}{% block variant_1 %}{{ ref }} {{ period }}{% endblock %}"
            "{% block variant_2 %}{{ ref }} {{ start }}{% endblock %}",
            "without the time 23:30",
        ),
        (
            WHOLE.replace("NAME", "{% if phase == 'in_progress' %}{{ oops }}{% endif %}"),
            "'oops' is undefined",
        ),
        (WHOLE.replace("NAME", "{{ action|upper }}"), "the limit is 280"),  # 500 characters may be typed
        (WHOLE.replace("NAME", "{{ 'x' }}" * 300), "the limit is 280"),
    ],
)
def test_check_tries_every_variant_and_phase(
    own: Callable[[dict[str, str]], Path], text: str, fault: str | None
) -> None:
    faults = check(own({"de/x.txt": text}), SHORT)
    assert [fault in told for told in faults[:1]] == ([True] if fault else [])


@pytest.mark.parametrize("table", ["lead", "closing", "tag"])
def test_check_tries_every_case(own: Callable[[dict[str, str]], Path], table: str) -> None:
    broken = "\n".join(f'{case} = "am {{ennd}}"' for case in Case)
    faults = "\n".join(check(own({"de/words.toml": f"[{table}]\n{broken}"}), TEXT))
    found = re.findall(rf"{table}\.(\w+) (?:cannot be filled|has {{ennd}})", faults)
    assert set(found) == set(Case)


def test_a_page_is_escaped_html_with_dates_in_its_language(own: Callable[[dict[str, str]], Path]) -> None:
    page = (
        "<h1>{{ brand }} {{ title }}</h1>{{ at|moment }}|{{ (at|moment).iso }}|{{ at|day }}|{{ at|clock }}"
        "|{{ period|period }}|{{ period.length|duration }}|{{ names|listed }}"
        "|{{ words.tag.announced }}"
    )
    renderer = Renderer([own({"en/now.html": page})], brand="C&O", zone=BERLIN)
    values = {"title": "[<b>]", "at": START, "period": BARE.period, "names": ["A", "B"]}
    made = renderer.page("now", "en", values).replace("\N{NO-BREAK SPACE}", " ")
    assert made == (
        "<h1>C&amp;O &#91;&lt;b&gt;&#93;</h1>Mon, 23 November 2026, 22:30 CET|2026-11-23T22:30:00+01:00"
        "|Mon, 23 November 2026|22:30|Mon, 23 November 2026, 22:30–23:30 CET|1 hour|A and B"
        "|&#91;Urgent, &#123;dated_start&#125;&#93;"
    )


def test_a_page_that_is_not_there_or_broken_is_a_fault(own: Callable[[dict[str, str]], Path]) -> None:
    renderer = Renderer([own({"de/now.html": "\n{{ nothing }}"})], brand="CMO", zone=BERLIN)
    with pytest.raises(TemplateFault, match="no template for the page 'later'"):
        renderer.page("later", "de", {})
    with pytest.raises(TemplateFault, match=r"de/now\.html, line 2: 'nothing' is undefined"):
        renderer.page("now", "de", {})


def test_every_name_a_template_may_use_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "templates.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(\w+)`", page, re.MULTILINE))
    assert documented >= {*Facts.__dataclass_fields__, "words"}
