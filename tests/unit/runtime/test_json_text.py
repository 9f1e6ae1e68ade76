"""What parsing JSON would lose is named, in time that is linear in the text's length."""

from __future__ import annotations

import pytest

from runtime.json_text import FieldTwice, object_without_twins


class Name(str):
    """The name of a field that counts how often names are compared."""

    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Name.compared += 1
        return str.__eq__(self, other)


def test_a_field_twice_after_many_others_is_found_without_comparing_all_of_them() -> None:
    names = [Name(number) for number in (*range(1_000), 999)]
    with pytest.raises(FieldTwice, match=r"twice: 999$"):
        object_without_twins([(name, None) for name in names])
    assert Name.compared < 10 * len(names)
