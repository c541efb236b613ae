"""The sandbox: escaping by format, bounds, and faults that name file and line."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from pathlib import Path
from time import thread_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.post import Format
from publisher.rendering.engine import Engine, Sheet, literal
from publisher.rendering.folders import TemplateFault, TemplateFolders
from publisher.rendering.limits import MOST_CHARACTERS, MOST_TURNS

Open = Callable[..., Sheet]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """Writes templates, the first of which is opened with values."""

    def open_sheet(files: dict[str, str], form: Format = Format.TEXT, **values: Any) -> Sheet:
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        sandbox = Engine(TemplateFolders([tmp_path], tmp_path / "none"), form, {})
        return Sheet(sandbox, next(iter(files)), values)

    return open_sheet


def body(text: str) -> str:
    return f"{{% block body %}}{text}{{% endblock %}}"


AWKWARD = [
    "{{ 7*7 }}",
    "{% raw %}",
    "<script>alert('x')</script>",
    "[gallery]",
    "{$x}{php}",
    "]]>",
    '"&amp;"',
]


@pytest.mark.parametrize("text", AWKWARD)
@pytest.mark.parametrize("suffix", [".html", ".txt", ".html.j2", ""])
def test_html_shows_every_value_to_the_letter_whatever_the_file_is_called(
    opened: Open, suffix: str, text: str
) -> None:
    html = opened({f"a{suffix}": body("<p>{{ x }}</p>")}, Format.HTML, x=text).block("body")
    inside = html.removeprefix("<p>").removesuffix("</p>")
    assert unescape(inside) == text
    assert not set(inside) & set("<>[]{}\"'")


@pytest.mark.parametrize("text", AWKWARD)
@pytest.mark.parametrize("suffix", [".html", ".txt"])
def test_plain_text_is_never_escaped_whatever_the_file_is_called(
    opened: Open, suffix: str, text: str
) -> None:
    assert opened({f"a{suffix}": body("{{ x }}")}, Format.TEXT, x=text).block("body") == text


@pytest.mark.parametrize(
    ("part", "form", "shown"),
    [("part.txt", Format.HTML, "&lt;b&gt;"), ("part.html", Format.SHORT, "<b>")],
)
def test_an_included_file_is_escaped_by_the_format_too(
    opened: Open, part: str, form: Format, shown: str
) -> None:
    files = {"a": body(f"{{% include '{part}' %}}"), part: "{{ x }}"}
    assert opened(files, form, x="<b>").block("body") == shown


@pytest.mark.parametrize(
    "expression",
    ["x|e", "x|escape", "x ~ x", "[x, x]|join(', ')", "x|upper", "{'k': x}.k", "x|e|e"],
)
def test_no_common_expression_lets_brackets_or_tags_through(opened: Open, expression: str) -> None:
    sheet = opened({"a.html": body(f"{{{{ {expression} }}}}")}, Format.HTML, x="<b>[gallery]{$x}")
    assert not set(sheet.block("body")) & set("<>[]{}")


def test_what_the_template_itself_writes_is_left_alone(opened: Open) -> None:
    sheet = opened({"a.html": body("<b>[toc]</b> {{ '<i>[x]</i>'|safe }}")}, Format.HTML)
    assert sheet.block("body") == "<b>[toc]</b> <i>[x]</i>"


@given(st.text())
def test_literal_html_reads_back_as_the_same_text(text: str) -> None:
    html = literal(text)
    assert html.unescape() == text
    assert not set(html) & set("<>[]{}\"'")


def test_a_block_is_in_nfc_without_space_around_it(opened: Open) -> None:
    assert opened({"a": body("\n  o\u0308 \n\n")}).block("body") == "ö"


def test_tags_on_lines_of_their_own_leave_no_lines(opened: Open) -> None:
    text = body("a\n  {% if x %}\nb\n  {% endif %}\nc")
    assert opened({"a": text}, x=1).block("body") == "a\nb\nc"


def test_blocks_see_what_stands_above_them(opened: Open) -> None:
    files = {
        "a": "{% set y = x ~ '!' %}{% import 'b' as b %}" + body("{{ y }}{{ b.z }}"),
        "b": "{% set z = 3 %}",
    }
    assert opened(files, x="hi").block("body") == "hi!3"


def test_a_child_takes_its_parents_blocks(opened: Open) -> None:
    files = {
        "child": "{% extends 'parent' %}{% block body %}child {{ super() }}{% endblock %}",
        "parent": "{% block title %}T {{ x }}{% endblock %}{% block body %}parent{% endblock %}",
    }
    sheet = opened(files, x=1)
    assert sheet.blocks() == {"title", "body"}
    assert (sheet.block("title"), sheet.block("body")) == ("T 1", "child parent")


def test_a_block_that_is_not_asked_for_is_not_run(opened: Open) -> None:
    assert opened({"a": body("fine") + "{% block b %}{{ nothing }}{% endblock %}"}).block("body") == "fine"


def test_a_block_that_is_not_there_is_a_fault(opened: Open) -> None:
    with pytest.raises(TemplateFault, match=r"a\.txt has no block 'body'") as caught:
        opened({"a.txt": "text"}).block("body")
    assert caught.value.cure == "add {% block body %} to it"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "\n{{ tittle }}", r"a\.txt, line 2: 'tittle' is undefined", id="a name that is not there"
        ),
        pytest.param("{{ x.y }}", r"line 1: 'str object' has no attribute 'y'", id="an attribute"),
        pytest.param("\n\n{% if %}", r"a\.txt, line 3: Expected an expression", id="syntax"),
        pytest.param("{{ x|nofilter }}", r"line 1: No filter named 'nofilter'", id="a filter"),
        pytest.param("\n{{ 1 / n }}", r"line 2: division by zero", id="arithmetic"),
        pytest.param("{% include 'b' %}", r"a\.txt needs the template b, and there is none", id="include"),
        pytest.param("{% include '../b' %}", r"needs the template \.\./b", id="an include that climbs"),
        pytest.param("{% include '/etc/passwd' %}", r"needs the template /etc/passwd", id="an absolute one"),
        pytest.param("{{ x.__class__ }}", r"access to attribute '__class__' .* is unsafe", id="internals"),
        pytest.param("{{ items.append(1) }}", r"is unsafe|not safely callable", id="changing a list"),
        pytest.param("{{ 'a' * 1000000000 }}", r"'\*' is for numbers", id="a gigabyte of a"),
        pytest.param("{{ [1] * 1000000000 }}", r"'\*' is for numbers", id="a long list"),
        pytest.param("{{ '%1000000000d' % 1 }}", r"'%' is for numbers", id="a wide number"),
        pytest.param("{{ 10 ** 10 ** 10 }}", r"is not allowed", id="a power"),
        pytest.param("{{ range(1000000000)|list }}", r"Range too big", id="a range"),
        pytest.param(
            "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", r"maximum recursion depth", id="recursion"
        ),
    ],
)
def test_a_fault_names_the_place_and_what_is_wrong(opened: Open, text: str, message: str) -> None:
    with pytest.raises(TemplateFault, match=message) as caught:
        opened({"a.txt": body(text)}, x="text", n=0, items=[]).block("body")
    assert "\n" not in str(caught.value)
    assert caught.value.cure


def test_the_cure_for_an_unknown_name_lists_the_known_ones(opened: Open) -> None:
    with pytest.raises(TemplateFault) as caught:
        opened({"a.txt": body("{{ tittle }}")}, title="", ref="").block("body")
    assert caught.value.cure == "a template may use ref, title"


def test_the_place_is_that_of_the_included_file(opened: Open) -> None:
    with pytest.raises(TemplateFault, match=r"/b\.txt, line 2: 'x' is undefined"):
        opened({"a.txt": body("{% include 'b.txt' %}"), "b.txt": "\n{{ x }}"}).block("body")


@pytest.mark.parametrize(
    "loop",
    [
        "{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}",
        "{% set r = range(1000) %}{% for a in r %}{% for b in r %}{% endfor %}{% endfor %}",
        "{% for a in x %}{% for b in x if b != a %}{% for c in x %}{% endfor %}{% endfor %}{% endfor %}",
    ],
)
def test_loops_that_would_never_end_are_stopped(opened: Open, loop: str) -> None:
    with pytest.raises(TemplateFault, match=f"more than {MOST_TURNS:,} turns"):
        opened({"a": body(loop)}, x="abcdefghij" * 20).block("body")


def test_a_macro_that_calls_itself_twice_is_stopped_within_a_second_on_its_line(opened: Open) -> None:
    macro = "\n{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(40) }}"
    began = thread_time()
    with pytest.raises(
        TemplateFault, match=r"/a, line 2: the loops and calls of this template take more than"
    ):
        opened({"a": body(macro)}).block("body")
    assert thread_time() - began < 1


def test_every_rendering_has_its_own_turns(opened: Open) -> None:
    sheet = opened({"a": body("{% for a in r %}{% endfor %}ok")}, r=range(MOST_TURNS))
    assert [sheet.block("body"), sheet.block("body")] == ["ok", "ok"]


def test_a_loop_still_knows_its_place(opened: Open) -> None:
    text = "{% for x in r %}{{ loop.index }}/{{ loop.length }}{% if not loop.last %}, {% endif %}{% endfor %}"
    assert opened({"a": body(text)}, r=("a", "b")).block("body") == "1/2, 2/2"


def test_a_text_that_grows_without_end_is_stopped(opened: Open) -> None:
    with pytest.raises(TemplateFault, match=f"grows beyond {MOST_CHARACTERS:,} characters"):
        opened({"a": body("{% for a in range(2000) %}{{ x }}{% endfor %}")}, x="x" * 1000).block("body")


@pytest.mark.parametrize("form", [Format.HTML, Format.TEXT])
@pytest.mark.parametrize(
    "text",
    [
        "{% for a in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
        "{% for a in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}",
        "{% for a in range(60) %}{% set n.x = f(n.x) %}{% endfor %}",
        "{% for a in range(60) %}{% set n.x %}{{ n.x }}{{ n.x }}{% endset %}{% endfor %}",
    ],
)
def test_a_text_that_doubles_is_stopped_on_its_line(opened: Open, form: Format, text: str) -> None:
    head = "\n{% macro f(x) %}{{ x }}{{ x }}{% endmacro %}{% set n = namespace(x='ab') %}"
    with pytest.raises(TemplateFault, match=f"line 2: the text grows beyond {MOST_CHARACTERS:,} characters"):
        opened({"a": "{% block body %}" + head + text + "{% endblock %}"}, form).block("body")


def test_joints_and_sums_come_to_what_they_say(opened: Open) -> None:
    text = "{{ x ~ '<' ~ 1 }} {{ x + '!' }} {{ 1 + 2 }} {{ ([1] + [2])|join(',') }}"
    assert opened({"a": body(text)}, Format.TEXT, x="&").block("body") == "&<1 &! 3 1,2"
    assert opened({"a": body(text)}, Format.HTML, x="&").block("body") == "&amp;&lt;1 &amp;! 3 1,2"


@pytest.mark.parametrize(
    "text",
    [
        "{{ '{:>50000000}'.format('x') }}",
        "{{ 'x'.ljust(50000000) }}",
        "{{ 'x'|center(50000000) }}",
        "{{ 'x'|indent(50000000, true) }}",
        "{{ '%50000000d'|format(1) }}",
        "{{ '%050000000d' % 1 }}",
    ],
)
def test_no_text_is_padded_to_fifty_megabytes(opened: Open, text: str) -> None:
    with pytest.raises(TemplateFault, match=r"line 1: "):
        opened({"a": body(text)}, Format.TEXT).block("body")
