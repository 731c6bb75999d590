"""No reason that says the origin of a person gets into the register.

The one door: every reason, note and remark that a person writes goes into an entry of the log, and
is read there before anything of the transaction is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from doorlicht.detection.reasons import find_origin_of_person
from doorlicht.errors import RefusedError


def refuse_origin_of_persons(texts: Iterable[str]) -> None:
    """Refuse texts that say the origin of a person, or hold a citizen service number.

    Raises
    ------
    RefusedError
        ``reason.names_origin`` or ``reason.holds_number``; nothing of the text is in the error.
    """
    for text in texts:
        said = find_origin_of_person(text) if text.strip() else None
        if said is not None:
            raise RefusedError("reason.holds_number" if said == "number" else "reason.names_origin")


def refuse_origin_in(texts: Mapping[str, str]) -> None:
    """Refuse what people write beside a reason, if it says the origin of a person.

    Parameters
    ----------
    texts
        Each under what it is: the name of the option by which it is given.

    Raises
    ------
    RefusedError
        ``reason.field_names_origin`` or ``reason.field_holds_number``, without the text.
    """
    for field, text in texts.items():
        said = find_origin_of_person(text) if text.strip() else None
        if said is not None:
            code = "field_holds_number" if said == "number" else "field_names_origin"
            raise RefusedError(f"reason.{code}", field=field)
