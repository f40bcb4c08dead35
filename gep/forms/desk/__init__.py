"""The desk that a round is kept at: what came in, what is signed and released, what is still
lacking.
"""

from gep.forms.desk.desk import (
    Signature,
    look,
    read,
    received,
    release,
    releases,
    sign,
    signatures,
    state_of,
    summary,
)

__all__ = [
    "Signature",
    "look",
    "read",
    "received",
    "release",
    "releases",
    "sign",
    "signatures",
    "state_of",
    "summary",
]
