"""Merkle roots over SHA-256."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Return the 32 bytes that commit to `leaves`, their number and their order (RFC 6962, 2.1).

    Leaves are hashed behind a byte 0 and inner nodes behind a byte 1, so that no inner node passes for a leaf; an odd
    node is not doubled, so that no two lists share a root. Without leaves: the hash of nothing.
    """
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    left = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\x01" + merkle_root(leaves[:left]) + merkle_root(leaves[left:])).digest()
