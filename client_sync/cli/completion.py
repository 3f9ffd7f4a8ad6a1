"""`completion`: a script that lets the shell finish commands and options."""

import argparse
from collections.abc import Mapping, Sequence

from client_sync.cli.command import Command
from client_sync.cli.console import Console

SHELLS = ("bash", "zsh", "fish")


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=SHELLS, help="which shell")


def _words(commands: Sequence[Command]) -> Mapping[str, list[str]]:
    """List the options of every command."""
    words: dict[str, list[str]] = {}
    for command in commands:
        parser = argparse.ArgumentParser(add_help=True)
        command.arguments(parser)
        words[command.name] = sorted(
            option
            for action in parser._actions  # noqa: SLF001  # argparse has no public list
            for option in action.option_strings
            if option.startswith("--")
        )
    return words


def _bash(words: Mapping[str, list[str]]) -> str:
    cases = "\n".join(
        f'      {name}) options="{" ".join(options)}" ;;' for name, options in words.items()
    )
    return f"""_tocsin_client() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" word options="--home --help {" ".join(words)}"
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$word" in
{cases}
    esac
  done
  COMPREPLY=($(compgen -W "$options" -- "$current") $(compgen -f -- "$current"))
}}
alias tocsin-client='python -m client_sync'
complete -F _tocsin_client tocsin-client"""


def _zsh(words: Mapping[str, list[str]]) -> str:
    return "autoload -U +X bashcompinit && bashcompinit\n" + _bash(words)


def _fish(words: Mapping[str, list[str]]) -> str:
    names = " ".join(words)
    lines = [
        "alias tocsin-client='python -m client_sync'",
        f"complete -c tocsin-client -n 'not __fish_seen_subcommand_from {names}' -a '{names}'",
        "complete -c tocsin-client -l home -r",
    ]
    lines += [
        f"complete -c tocsin-client -n '__fish_seen_subcommand_from {name}' -l {option[2:]}"
        for name, options in words.items()
        for option in options
    ]
    return "\n".join(lines)


def make_completion(commands: Sequence[Command]) -> Command:
    """Make the command, which knows all others."""

    def run(options: argparse.Namespace, console: Console) -> None:
        words = _words(commands)
        console.say({"bash": _bash, "zsh": _zsh, "fish": _fish}[options.shell](words))

    return Command(
        name="completion",
        summary="write a completion script for a shell",
        example="source <(python -m client_sync completion bash)  # then: tocsin-client sy<Tab>",
        arguments=_arguments,
        run=run,
    )
