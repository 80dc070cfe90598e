"""Write a scaffold whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qbench.scaffold.layout import ScaffoldError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write(root: Path, files: Mapping[str, str]) -> list[str]:
    """Write {path below root: text} and return the paths; no file that is there is touched.

    Raises ScaffoldError, with nothing written, where a file exists or a folder cannot be written; what a full disk cut
    short is removed again, and the message names what could not be.
    """
    there = sorted(path for path in files if (root / path).exists() or (root / path).is_symlink())
    if there:
        more = f" and {len(there) - 1} more" if len(there) > 1 else ""
        raise ScaffoldError(
            f"{root / there[0]} exists already{more}, and no file is overwritten: choose another key, or move it aside"
        )
    made: list[Path] = []
    try:
        for path, text in files.items():
            _folders(root / path, made)
            # "x": a file that appeared since the check is not overwritten either.
            with (root / path).open("x", encoding="utf-8", newline="\n") as file:
                made.append(root / path)
                file.write(text)
    except OSError as error:
        left = _removed(made)
        said = f"these are left: {', '.join(left)}" if left else "nothing was written"
        raise ScaffoldError(f"the scaffold cannot be written ({error}); {said}. Name another folder") from error
    except BaseException:
        _removed(made)
        raise
    return list(files)


def _folders(path: Path, made: list[Path]) -> None:
    """Make the folders above a path, and note which."""
    for parent in reversed(path.parents):
        if not parent.exists():
            parent.mkdir()
            made.append(parent)


def _removed(made: list[Path]) -> list[str]:
    """Remove what was made, last first, and return what would not go."""
    left = []
    for path in reversed(made):
        try:
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()
        except OSError:
            left.append(str(path))
    return left
