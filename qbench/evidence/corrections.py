"""What we changed in a paper's formulas before using them."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Correction:
    """A place where the paper as printed cannot be used, and what stands in its stead.

    Attributes:
        where: the place: "Eq. (10)".
        printed: what the paper prints, in our words.
        used: what qbench computes with instead.
        why: what goes wrong with the print, or what settles it.
    """

    where: str
    printed: str
    used: str
    why: str

    def __post_init__(self) -> None:
        for field in fields(self):
            text = getattr(self, field.name)
            if not isinstance(text, str) or not text.strip():
                raise ValueError(f"a correction needs words in {field.name}, got {text!r}")
