"""The scripts by which shells complete a line. Verbs and options stand in them; names and references are asked for."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping

from publisher.cli.outline import CommandForm, commands, groups
from publisher.cli.verbs import VERBS
from publisher.model.commands import command

ROOT_OPTIONS = {
    "--config": "The configuration file.",
    "--version": "The versions of announce and its libraries.",
    "--help": "All commands.",
}


def script(shell: str) -> str:
    """The script for ``bash``, ``zsh`` or ``fish``. Raises KeyError for another."""
    head = f"# What {shell} completes of announce; made by: {command('completion', shell)}"
    return SCRIPTS[shell]().replace("@HEAD@", head)


def _filled(frame: str, cases: Iterator[str], values: Iterator[str]) -> str:
    grouped = "|".join(groups())
    filled = frame.replace("@GROUPS@", grouped).replace("@CASES@", "\n".join(cases))
    return filled.replace("@VALUES@", "\n".join(values))


def _values(one: CommandForm) -> Iterator[str]:
    """For bash and zsh: of which kind is the word that follows an option?"""
    kinds: dict[str, list[str]] = {}
    for option in one.options:
        if option.kind:
            kinds.setdefault(option.kind, []).extend(f'"{one.name} {name}"' for name in option.names)
    for kind, asked in kinds.items():
        yield f"        {'|'.join(asked)}) kind={shlex.quote(kind)} ;;"


def _arguments(one: CommandForm) -> str:
    kinds = dict.fromkeys(kind for argument in one.arguments for kind in argument.kind.split() if kind != "-")
    return " ".join(kinds)


def _every_value() -> Iterator[str]:
    for one in commands():
        yield from _values(one)


# --- bash ---------------------------------------------------------------------------------------------------------

_BASH = r"""@HEAD@
_announce() {
    local IFS=$' \t\n' cur=${COMP_WORDS[COMP_CWORD]} prev= key= kind= options= arguments= word i
    local -a config=() asked=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        [[ $word == "=" ]] && continue
        if [[ $word == -- ]]; then
            compopt -o default
            return
        elif [[ $prev == --config ]]; then
            config=(--config "$word")
        elif [[ $word != -* ]]; then
            case "$key" in
                "") key=$word ;;
                @GROUPS@) key="$key $word" ;;
            esac
        fi
        prev=$word
    done
    [[ $cur == "=" ]] && cur=
    case "$key" in
@CASES@
    esac
    case "$key $prev" in
        " --config") kind=@files ;;
@VALUES@
    esac
    if [[ -z $kind ]]; then
        if [[ $cur == -* || -z $arguments ]]; then kind=$options; else kind=$arguments; fi
    fi
    COMPREPLY=()
    for word in $kind; do
        case "$word" in
            -) return ;;
            @files) compopt -o default; return ;;
            @folders) compopt -o dirnames; return ;;
            @*) asked+=("${word#@}") ;;
            "$cur"*) COMPREPLY+=("$word") ;;
        esac
    done
    ((${#asked[@]})) || return
    for word in $(command announce --words "${asked[@]}" "${config[@]}" 2>/dev/null); do
        [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
    done
}
complete -F _announce announce
"""


def _bash() -> str:
    return _filled(_BASH, _bash_cases(), _every_value())


def _bash_cases() -> Iterator[str]:
    yield f"        \"\") options='{' '.join(ROOT_OPTIONS)}' arguments='{' '.join(VERBS)}' ;;"
    for group, names in groups().items():
        yield f"        {group}) options='-h --help' arguments='{' '.join(names)}' ;;"
    for one in commands():
        options = " ".join(name for option in one.options for name in option.names)
        yield f"        \"{one.name}\") options='{options}' arguments='{_arguments(one)}' ;;"


# --- zsh ----------------------------------------------------------------------------------------------------------

_ZSH = r"""#compdef announce
@HEAD@
_announce() {
    local prev= key= kind= arguments= word i
    local -a config asked options named found
    for ((i = 2; i < CURRENT; i++)); do
        word=${(Q)words[i]}
        if [[ $word == -- ]]; then
            _normal
            return
        elif [[ $prev == --config ]]; then
            config=(--config $word)
        elif [[ $word != -* ]]; then
            case "$key" in
                ("") key=$word ;;
                (@GROUPS@) key="$key $word" ;;
            esac
        fi
        prev=$word
    done
    case "$key" in
@CASES@
    esac
    case "$key $prev" in
        " --config") kind=@files ;;
@VALUES@
    esac
    if [[ -z $kind ]]; then
        if [[ $PREFIX == -* || ( -z $arguments && ${#named} == 0 ) ]]; then
            _describe -o option options
            return
        fi
        if ((${#named})); then
            _describe command named
            return
        fi
        kind=$arguments
    fi
    for word in ${=kind}; do
        case "$word" in
            (-) return 1 ;;
            (@files) _files; return ;;
            (@folders) _files -/; return ;;
            (@*) asked+=(${word#@}) ;;
            (*) found+=($word) ;;
        esac
    done
    ((${#asked})) && found+=(${(f)"$(command announce --words $asked $config 2>/dev/null)"})
    compadd -a found
}
if [[ $funcstack[1] == _announce ]]; then _announce "$@"; else compdef _announce announce; fi
"""


def _zsh() -> str:
    return _filled(_ZSH, _zsh_cases(), _every_value())


def _zsh_cases() -> Iterator[str]:
    yield f'        ("") options=({_described(ROOT_OPTIONS)})'
    yield f"            named=({_described({name: verb.summary for name, verb in VERBS.items()})}) ;;"
    for group in groups():
        inner = {one.path[1]: one.help for one in commands() if one.path[0] == group}
        yield f"        ({group}) named=({_described(inner)}) ;;"
    for one in commands():
        options = {name: option.help for option in one.options for name in option.names}
        yield f"        (\"{one.name}\") options=({_described(options)}) arguments='{_arguments(one)}' ;;"


def _described(words: Mapping[str, str]) -> str:
    return " ".join(shlex.quote(f"{word}:{said}") for word, said in words.items())


# --- fish ---------------------------------------------------------------------------------------------------------

_FISH = r"""@HEAD@
function __announce_typed
    set -l key
    set -l prev
    set -l typed (commandline -opc)
    set -e typed[1]
    for word in $typed
        if test "$word" = --
            set key --
            break
        else if test "$prev" != --config; and not string match -q -- '-*' $word
            switch "$key"
                case ''
                    set key $word
                case @GROUPS@
                    set key "$key $word"
            end
        end
        set prev $word
    end
    test "$key" = "$argv"
end
function __announce_words
    set -l config
    set -l prev
    for word in (commandline -opc)
        test "$prev" = --config; and set config --config $word
        set prev $word
    end
    command announce --words $argv $config 2>/dev/null
end
complete -c announce -f
complete -c announce -n '__announce_typed --' -F
@CASES@
"""


def _fish() -> str:
    return _filled(_FISH.replace("@GROUPS@", " ".join(groups())), _fish_cases(), iter(()))


def _fish_cases() -> Iterator[str]:
    yield _fish_line("", f"-l config -r -F -d {_fished(ROOT_OPTIONS['--config'])}")
    yield _fish_line("", f"-l version -d {_fished(ROOT_OPTIONS['--version'])}")
    for name, verb in VERBS.items():
        yield _fish_line("", f"-a {name} -d {_fished(verb.summary)}")
    for one in commands():
        if len(one.path) > 1:
            yield _fish_line(one.path[0], f"-a {one.path[1]} -d {_fished(one.help)}")
        if arguments := _arguments(one):
            yield _fish_line(one.name, _fish_takes(arguments))
        for option in one.options:
            names = " ".join(
                f"-{'l' if name.startswith('--') else 's'} {name.lstrip('-')}" for name in option.names
            )
            value = f" -r {_fish_takes(option.kind)}" if option.kind else ""
            yield _fish_line(one.name, f"{names}{value} -d {_fished(option.help)}")


def _fish_takes(kind: str) -> str:
    """The words of a kind; ``@files`` and ``@folders`` are fish's own."""
    if kind in {"@files", "@folders"}:
        return "-F" if kind == "@files" else "-f -a '(__fish_complete_directories)'"
    asked = " ".join(word[1:] for word in kind.split() if word[0] == "@")
    said = " ".join(word for word in kind.split() if word[0] not in "@-")
    return f"-f -a {_fished(' '.join(filter(None, (f'(__announce_words {asked})' if asked else '', said))))}"


def _fish_line(typed: str, rest: str) -> str:
    return f"complete -c announce -n {_fished(f'__announce_typed {typed}'.rstrip())} {rest}"


def _fished(text: str) -> str:
    """Between fish's single quotes."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


SCRIPTS: Mapping[str, Callable[[], str]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}
"""A script for each shell that is known."""
