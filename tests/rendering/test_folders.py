"""Which template is taken, which words, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from jinja2 import Environment
from jinja2.exceptions import TemplateNotFound

from publisher.rendering.folders import TemplateFault, TemplateFolders
from tests.waiting import nobody_waits


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def source(folders: TemplateFolders, name: str) -> str:
    return folders.get_source(Environment(autoescape=True), name)[0]


@pytest.fixture
def packaged(tmp_path: Path) -> Path:
    return written(
        tmp_path / "packaged",
        {"de/html.html": "P", "en/html.html": "P", "de/words.toml": 'a = "P"\n[t]\nx = "P"\ny = "P"'},
    )


NAMES = ["blog.html", "wordpress.html", "html.html"]


@pytest.mark.parametrize(
    ("own", "locales", "taken"),
    [
        pytest.param({"de/a.txt": ""}, ["de"], "de/html.html", id="the packaged one"),
        pytest.param(
            {"de/html.html": "", "de/blog.html": ""}, ["de"], "de/blog.html", id="the channel's name"
        ),
        pytest.param(
            {"de/html.html": "", "de/wordpress.html": ""},
            ["de"],
            "de/wordpress.html",
            id="the channel's type",
        ),
        pytest.param({"de/html.html": ""}, ["de"], "de/html.html", id="the format"),
        pytest.param(
            {"de/blog.html": "", "de_AT/html.html": ""},
            ["de_AT", "de"],
            "de_AT/html.html",
            id="the nearest locale",
        ),
        pytest.param(
            {"de/blog.html": ""}, ["de_AT", "de"], "de/blog.html", id="the user's before a nearer one"
        ),
        pytest.param({"de/blog.html": ""}, ["fr"], None, id="none in that language"),
        pytest.param({"html.html": ""}, ["fr"], "html.html", id="the folder itself, in every language"),
        pytest.param(
            {"html.html": ""}, ["de"], "html.html", id="the user's folder before ours in a language"
        ),
        pytest.param({"html.html": "", "de/html.html": ""}, ["de"], "de/html.html", id="a language first"),
        pytest.param(
            {"html.html": "", "blog.html": ""}, ["de"], "blog.html", id="the most special in the folder"
        ),
    ],
)
def test_the_look_up_order(
    tmp_path: Path, packaged: Path, own: dict[str, str], locales: list[str], taken: str | None
) -> None:
    folders = TemplateFolders([written(tmp_path / "own", own)], packaged)
    assert folders.first(locales, NAMES) == taken


def test_every_step_of_the_look_up_gives_way_to_the_one_before(tmp_path: Path, packaged: Path) -> None:
    """Overrides at every step at once; the one that is taken is removed, and the next one has its turn."""
    written(packaged, {f"{place}{name}": "P" for place in ("de_AT/", "de/", "") for name in NAMES})
    steps = [f"{place}{name}" for place in ("de_AT/", "de/", "") for name in NAMES]
    own = written(tmp_path / "own", dict.fromkeys(steps, "mine"))
    for folder in (own, packaged):
        for step in steps:
            folders = TemplateFolders([own], packaged)
            assert folders.first(["de_AT", "de"], NAMES) == step
            assert source(folders, step) == ("mine" if folder is own else "P")
            (folder / step).unlink()
    assert TemplateFolders([own], packaged).first(["de_AT", "de"], NAMES) is None


def test_some_names_are_looked_for_in_languages_only(tmp_path: Path, packaged: Path) -> None:
    own = written(tmp_path / "own", {"blog.html": "a piece of a page"})
    folders = TemplateFolders([own], packaged)
    assert folders.first(["de"], NAMES, everywhere=NAMES[1:]) == "de/html.html"
    written(own, {"de/blog.html": "mine"})
    assert TemplateFolders([own], packaged).first(["de"], NAMES, everywhere=NAMES[1:]) == "de/blog.html"


def test_what_holds_in_every_language_is_packaged_in_the_folder_itself(
    tmp_path: Path, packaged: Path
) -> None:
    (packaged / "text.txt").write_text("every", encoding="utf-8")
    folders = TemplateFolders([written(tmp_path / "own", {"de/a.txt": ""})], packaged)
    assert folders.first(["de"], ["facebook.txt", "text.txt"]) == "text.txt"
    assert source(folders, "text.txt") == source(folders, "de/text.txt") == "every", (
        "as somebody's `extends` has it"
    )


def test_what_extends_a_packaged_text_by_its_language_gets_the_packaged_one(
    tmp_path: Path, packaged: Path
) -> None:
    """Else a base of the user's own, called like ours and built on ours, would extend itself without end."""
    (packaged / "text.txt").write_text("ours", encoding="utf-8")
    own = written(tmp_path / "own", {"text.txt": "mine"})
    folders = TemplateFolders([own], packaged)
    assert source(folders, "de/text.txt") == "ours"
    assert source(folders, "text.txt") == "mine"


def test_the_users_file_is_read_before_the_packaged_one(tmp_path: Path, packaged: Path) -> None:
    own = written(tmp_path / "own", {"de/html.html": "\ufeffmine"})
    folders = TemplateFolders([own], packaged)
    assert source(folders, "de/html.html") == "mine"
    assert source(folders, "en/html.html") == "P"


def test_words_are_laid_over_key_by_key(tmp_path: Path, packaged: Path) -> None:
    own = written(tmp_path / "own", {"de/words.toml": '[t]\nx = "mine"', "de_AT/words.toml": 'a = "Servus"'})
    folders = TemplateFolders([own], packaged)
    assert folders.words(["de"]) == {"a": "P", "t": {"x": "mine", "y": "P"}}
    assert folders.words(["de_AT", "de"]) == {"a": "Servus", "t": {"x": "mine", "y": "P"}}
    assert folders.words(["fr"]) == {}


def test_locales_are_those_with_templates(tmp_path: Path, packaged: Path) -> None:
    own = written(tmp_path / "own", {"fr/html.html": "", "README": ""})
    assert TemplateFolders([own], packaged).locales() == ["de", "en", "fr"]


@pytest.mark.parametrize("name", ["../secret", "de/../../secret", "/etc/passwd", "de/none.html"])
def test_nothing_outside_the_folders_is_found(tmp_path: Path, packaged: Path, name: str) -> None:
    (tmp_path / "secret").write_text("secret")
    with pytest.raises(TemplateNotFound):
        source(TemplateFolders([packaged], packaged), name)


def test_a_link_out_of_the_users_folder_is_refused(tmp_path: Path, packaged: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    own = written(tmp_path / "own", {"de/inner.html": "inner"})
    (own / "de/html.html").symlink_to(tmp_path / "secret")
    (own / "de/alias.html").symlink_to("inner.html")
    folders = TemplateFolders([own], packaged)
    assert source(folders, "de/alias.html") == "inner"
    with pytest.raises(TemplateFault, match=r"html\.html is a link that leaves the template folder"):
        source(folders, "de/html.html")


def test_a_linked_folder_is_still_the_users(tmp_path: Path, packaged: Path) -> None:
    real = written(tmp_path / "real", {"de/html.html": "mine"})
    (tmp_path / "own").symlink_to(real)
    assert source(TemplateFolders([tmp_path / "own"], packaged), "de/html.html") == "mine"


def test_an_installers_links_in_the_packaged_folder_are_followed(tmp_path: Path) -> None:
    cache = written(tmp_path / "cache", {"de/html.html": "P"})
    (tmp_path / "packaged/de").mkdir(parents=True)
    (tmp_path / "packaged/de/html.html").symlink_to(cache / "de/html.html")
    assert source(TemplateFolders([], tmp_path / "packaged"), "de/html.html") == "P"


def test_what_another_user_wrote_is_refused(
    tmp_path: Path, packaged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = written(tmp_path / "own", {"de/html.html": "mine", "de/words.toml": ""})
    mine = os.geteuid()
    status = os.fstat
    foreign = mine + 1234
    monkeypatch.setattr(
        os, "fstat", lambda number: os.stat_result([*status(number)[:4], foreign, *status(number)[5:]])
    )
    with pytest.raises(TemplateFault, match=rf"html\.html belongs to another user \({foreign}\)"):
        source(TemplateFolders([own], packaged), "de/html.html")
    with pytest.raises(TemplateFault, match=r"words\.toml belongs to another user"):
        TemplateFolders([own], packaged).words(["de"])
    assert source(TemplateFolders([own], packaged, [foreign]), "de/html.html") == "mine"
    assert source(TemplateFolders([own], packaged), "en/html.html") == "P", (
        "an installer's files are as they are"
    )


def test_what_everybody_can_write_is_refused(tmp_path: Path, packaged: Path) -> None:
    own = written(tmp_path / "own", {"de/html.html": "mine"})
    (own / "de/html.html").chmod(0o666)
    with pytest.raises(TemplateFault, match="everybody on this machine may write") as caught:
        source(TemplateFolders([own], packaged), "de/html.html")
    assert "chmod go-w" in caught.value.cure


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a file to a group that it is not in")
@pytest.mark.parametrize("name", ["", "de", "de/html.html"])
def test_what_a_group_can_write_is_refused_unless_it_is_the_teams(
    tmp_path: Path, packaged: Path, name: str
) -> None:
    own = written(tmp_path / "own", {"de/html.html": "mine"})
    os.chown(own / name, -1, 54_321)
    (own / name).chmod((own / name).stat().st_mode | 0o020)

    def taken(group: int | None) -> str:
        folders = TemplateFolders([own], packaged, group=group)
        assert folders.first(["de"], NAMES) == "de/html.html"
        return source(folders, "de/html.html")

    with pytest.raises(TemplateFault, match="that the group 54321 may write") as caught:
        taken(None)
    assert caught.value.cure.endswith(f"chmod go-w {own / name}")
    assert taken(54_321) == "mine"


def test_a_pipe_among_the_templates_holds_nobody_who_looks_for_a_word(tmp_path: Path, packaged: Path) -> None:
    own = written(tmp_path / "own", {"de/words.toml": 'mine = "x"'})
    os.mkfifo(own / "a.txt")
    (own / "b.txt").symlink_to("/dev/zero")
    with nobody_waits(own):
        assert TemplateFolders([own], packaged).strange_words(["de"]) == [
            f"{own / 'de/words.toml'}: unknown key mine"
        ]


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("de/html.html", b"\xff\xfe", "cannot be read: 'utf-8' codec"),
        ("de/words.toml", b"a = ", r"words\.toml: Invalid value \(at end of document\)"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, packaged: Path, file: str, content: bytes, message: str
) -> None:
    own = written(tmp_path / "own", {"de/x": ""})
    (own / file).write_bytes(content)
    folders = TemplateFolders([own], packaged)
    with pytest.raises(TemplateFault, match=message):
        folders.words(["de"]) if file.endswith("toml") else source(folders, file)


def test_a_template_folder_that_is_not_there_is_told(tmp_path: Path, packaged: Path) -> None:
    with pytest.raises(TemplateFault, match="own does not exist") as caught:
        TemplateFolders([tmp_path / "own"], packaged).first(["de"], NAMES)
    assert "`templates`" in caught.value.cure
