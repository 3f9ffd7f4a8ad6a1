"""The project's own files, as the checks of the house read them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]

FOLDERS: Final = (
    ".ci",
    "client_sync",
    "docs",
    "requirements",
    "schemas",
    "server",
    "tests",
    "tools",
    "translations",
)
"""Where the project's files stand, beside those at the root."""

NOT_OURS: Final = frozenset({".git", "node_modules", "dist", "generated", "__pycache__", "var"})
"""Built or brought files; `.git` is a file in a worktree of git's own."""

TEXT_SUFFIXES: Final = frozenset(
    {
        *(".py", ".ts", ".mjs", ".sh", ".css", ".html", ".svg", ".xml", ".md", ".txt", ".in"),
        *(".toml", ".json", ".po", ".pot", ".sql", ".yml", ".yaml", ".webmanifest", ""),
    }
)


def walk(suffixes: frozenset[str] = TEXT_SUFFIXES) -> Iterator[Path]:
    """Walk the project's files with one of these suffixes, in a steady order."""
    at_root = (path for path in ROOT.iterdir() if path.is_file())
    below = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file())
    for path in sorted([*at_root, *below]):
        ours = NOT_OURS.isdisjoint(path.relative_to(ROOT).parts)
        if ours and path.suffix in suffixes:
            yield path


def code() -> Iterator[Path]:
    """Walk what a programmer wrote."""
    return walk(frozenset({".py", ".ts", ".mjs", ".sh"}))


def name_of(path: Path) -> str:
    """Give a file's path as people write it, from the root."""
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    """Read a file of ours; one that is not UTF-8 is an error."""
    return path.read_text(encoding="utf-8")
