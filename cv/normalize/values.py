"""What single values are read as: a text, a list of texts, a date, a picture."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from cv import resume
from cv.dates import PartialDate
from cv.fields import Part
from cv.names import field_names, squeezed
from cv.normalize.ignored import ignored_warnings, texts_in
from cv.normalize.kinds import Kind, fields_of
from cv.normalize.periods import Present
from cv.normalize.shapes import ADDRESSED, HEADINGS, WEB, is_address
from cv.normalize.texts import LONGEST_POINT, is_empty, is_told, split_texts, told, worded
from cv.resume import Path, field_path
from cv.warnings import Warning, WarningCode
from cv.written_dates import is_present, read_date, read_period

# What translations stand under; in capitals too, where English is among them.
LANGUAGE_CODES = frozenset(
    {*("ar", "bg", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr", "gl", "he")}
    | {*("hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "ko", "lt", "lv", "mk", "ms", "nl")}
    | {*("no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "th", "tr", "uk", "ur", "uz", "vi", "zh")}
)
# The language at the end of a field's name.
_VERSION = re.compile(r"(.+?)(?:[_-]([A-Za-z]{2})|(?<=[a-z])([A-Z][a-z]))")
# Words that are codes of languages too: beside a field without any, they say something else.
_WORDS = frozenset({"id", "is", "it", "no"})
_KEY_OF = re.compile(r"(?<=[a-z0-9])(?:Id|ID|_id)$")
# Before the year and the month of a date in two fields.
_SIDES = ("start", "end", "from", "to")


class Values:
    """Reads values of no part of the CV, and keeps what of them is not taken as it was sent."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._ignored: list[Path] = []
        """The paths of the texts that are not printed, as (path of the unknown field, the rest)."""
        self._as_written: list[Path] = []
        self._photos: list[Path] = []
        self._versions: dict[Path, str] = {}
        """The names of fields that were taken without the language in them, by the path of the field then."""

    def warnings(self, sent: Callable[[Path], Path], left: Iterable[Path]) -> Iterator[Warning]:
        """What was found. `sent` gives the path that a value had in what was sent."""
        for path in self._as_written:
            message = "is no date that is certain; it is printed as it is written"
            yield Warning(WarningCode.DATE_AS_WRITTEN, field_path(sent(self._before(path))), message)
        for path in self._photos:
            message = "is an address; nothing is fetched. Send the picture itself as a data: URL"
            yield Warning(WarningCode.PHOTO_IGNORED, field_path(sent(self._before(path))), message)
        yield from ignored_warnings([*left, *map(sent, self._ignored)])

    def _before(self, path: Path) -> Path:
        """A path with the names that the fields had."""
        if not self._versions:
            return path
        return tuple(self._versions.get(path[: place + 1], key) for place, key in enumerate(path))

    def _with_versions(self, data: dict[str, Any], at: Path, *, own: Collection[str] = ()) -> dict[str, Any]:
        """An object without languages in the names of its fields, with one of each: {"title_en": "…", "title_de": "…"}.

        `own` are the names, squeezed, of fields that are all taken: a name in two scripts.
        """
        versions: dict[str, dict[str, str]] = {}
        for key in data:
            # Of most names, the third letter from the end tells that there is no language.
            if key[-3:-2] not in ("_", "-") and not key[-2:-1].isupper():
                continue
            if (found := _VERSION.fullmatch(key)) and (code := (found[2] or found[3]).lower()) in LANGUAGE_CODES:
                versions.setdefault(found[1], {}).setdefault(code, key)
        taken: dict[str, str] = {}
        for stem, keys in versions.items():
            if stem in data and (len(keys) > 1 or not _WORDS.issuperset(keys)):
                keys = {"": stem, **keys}
            if len(keys) == 1 or (own and all(squeezed(key) in own for key in keys.values())):
                continue
            said = {code: key for code, key in keys.items() if not is_empty(data[key])}
            kept = said[self._preferred(said)] if said else stem
            self._ignore({key: data[key] for key in keys.values() if key != kept}, at)
            taken |= dict.fromkeys(keys.values(), "") | {kept: stem}
            self._versions[(*at, stem)] = kept
        return {taken.get(key, key): item for key, item in data.items() if taken.get(key, key)} if taken else data

    def _in_one_language(self, value: Any, at: Path) -> tuple[Any, Path]:
        """What is written in several languages, in the document's, else in the first: {"en": "…", "de": "…"}."""
        if not isinstance(value, dict) or len(value) <= 1 or not all(is_language(key, value) for key in value):
            return value, at
        key = self._preferred(value)
        self._ignore({other: item for other, item in value.items() if other != key}, at)
        return value[key], (*at, key)

    def _preferred(self, languages: Collection[str]) -> str:
        """The document's language where it is among them, else the first."""
        language = self._language[:2]
        return next((one for one in languages if one.lower() == language), next(iter(languages)))

    def _with_one_text(self, field: str, data: dict[str, Any], at: Path) -> dict[str, Any]:
        """An entry with its text in several languages, with one of them: {"date": "2019", "en": "…", "de": "…"}."""
        texts = {key: item for key, item in data.items() if is_language(key, data)}
        if not all(isinstance(item, str) for item in texts.values()):
            return data
        said = [key for key, item in texts.items() if item.strip()]
        key = self._preferred(said) if said else None
        self._ignore({other: item for other, item in texts.items() if other != key}, at)
        rest = {name: item for name, item in data.items() if name not in texts}
        return {**rest, field: texts[key]} if key is not None and field not in rest else rest

    def _with_months(self, data: dict[str, Any]) -> dict[str, Any]:
        """An entry with the months of its dates in the years: {"start_year": 2019, "start_month": "May"}."""
        names, fields = {squeezed(key): key for key in data}, field_names(resume.Volunteer)
        for side in _SIDES:
            year, month = names.get(f"{side}year"), names.get(f"{side}month")
            dates = [name for name in names if fields.get(name) == fields.get(f"{side}year")]
            if (
                year
                and month
                and len(dates) == 1
                and (date := read_date({"year": data[year], "month": data[month]}, self._language))
            ):
                data = {key: str(date) if key == year else item for key, item in data.items() if key != month}
        return data

    def _lasted(self, value: Any) -> bool:
        """Whether what should be a date has a start and an end."""
        if isinstance(value, dict):
            return any(field_names(resume.Volunteer).get(squeezed(key)) in ("startDate", "endDate") for key in value)
        return isinstance(value, str) and read_period(value, self._language) is not None

    def _date(self, value: Any, at: Path) -> PartialDate | str | None:
        date = read_date(value, self._language)
        if date is not None:
            return date
        if isinstance(value, dict | list):
            self._ignore(value, at)
            return None
        text = self._text(Kind.LINE, value, at)
        if is_empty(text) or not any(character.isalnum() for character in text):
            return None
        if is_present(text):
            return Present(text)
        self._as_written.append(at)
        return str(text)

    def _image(self, value: Any, at: Path) -> str | None:
        """The picture itself; one that is given by its address is not fetched."""
        if isinstance(value, dict):
            key = next((key for key in ADDRESSED if value.get(key)), None)
            if key is not None and not value.get("hidden"):
                # Figures are how it is shown there.
                others = {name: item for name, item in value.items() if not isinstance(item, int | float)}
                others.pop(key, None)
                self._ignore(others, at)
                return self._image(value[key], (*at, key))
        elif isinstance(value, list):
            pictures = [self._image(item, (*at, place)) for place, item in enumerate(value)]
            return next(filter(None, pictures), None)
        elif isinstance(value, str) and value.strip():
            if value.strip().startswith("data:"):
                return value
            self._photos.append(at)
            return None
        self._ignore(value, at)
        return None

    def _text(self, kind: Kind, value: Any, at: Path) -> str:
        """One text of whatever is there; "" where that is nothing."""
        match value:
            case str():
                return value
            case None | bool():
                return ""
            case float() if not value.is_integer():
                return f"{value:.15g}"
            case list() if kind is Kind.URL:
                texts = [self._text(kind, item, (*at, place)) for place, item in enumerate(value)]
                places = [place for place, text in enumerate(texts) if text.strip()]
                for place in places[1:]:
                    self._ignore(texts[place], (*at, place))
                return texts[places[0]] if places else ""
            case list():
                texts = [self._text(kind, item, (*at, place)) for place, item in enumerate(value)]
                return ("\n" if kind is Kind.TEXT else ", ").join(text for text in texts if text.strip())
            case dict():
                value = self._with_versions(value, at)
                if kind is Kind.URL:
                    return self._address(value, at)
                # Keys of a database and addresses of pictures stand beside names: {"name": …, "authorId": …}.
                keys = {
                    name: item
                    for name, item in value.items()
                    if _KEY_OF.search(str(name)) or (kind is not Kind.TEXT and is_address(item))
                }
                if keys and len(keys) < len(value):
                    self._ignore(keys, at)
                    value = {name: item for name, item in value.items() if name not in keys}
                if kind is not Kind.TEXT:
                    return worded(value)
                value = self._without_heading(value, at)
                if any(isinstance(item, str) and len(item) > LONGEST_POINT for item in value.values()):
                    value = self._without_figures(value, at)
                return told(value) if is_told(value) else worded(value)
            case _:
                return str(value)

    def _without_heading(self, value: dict[str, Any], at: Path) -> dict[str, Any]:
        """An object with a text, without the usual heading above it: {"title": "About", "content": "…"}."""
        sections, basics = field_names(resume.Resume), field_names(resume.Basics)
        headings = {
            key: item
            for key, item in value.items()
            if squeezed(key) in HEADINGS
            and isinstance(item, str)
            and (squeezed(item) in sections or squeezed(item) in basics)
        }
        if not headings or len(headings) == len(value):
            return value
        self._ignore(headings, at)
        return {key: item for key, item in value.items() if key not in headings}

    def _without_figures(self, value: dict[str, Any], at: Path) -> dict[str, Any]:
        """A sentence without the figures that stand beside it, which say nothing by themselves: {"priority": 2, …}."""
        out: dict[str, Any] = {}
        for key, item in value.items():
            if isinstance(item, dict):
                out[key] = self._without_figures(item, (*at, key))
            elif isinstance(item, int | float):
                self._ignore(item, (*at, key))
            else:
                out[key] = item
        return out

    def _address(self, value: dict[str, Any], at: Path) -> str:
        """The address of a link; what else is written there is not printed."""
        texts = [key for key, item in value.items() if isinstance(item, str) and item.strip()]
        keys = [*(key for key in ADDRESSED if key in texts), *(key for key in texts if WEB.match(value[key]))]
        if not keys:
            return worded(value)
        key = keys[0]
        for other, item in value.items():
            if other != key and str(item).casefold().strip() not in value[key].casefold():
                self._ignore(item, (*at, other))
        return str(value[key])

    def _texts(self, kind: Kind, value: Any, at: Path) -> list[Any]:
        """A list of texts of whatever is there."""
        if isinstance(value, list):
            if all(type(item) is str for item in value):
                return value
            one = Kind.TEXT if kind is Kind.TEXTS else Kind.LINE
            return [self._text(one, *self._in_one_language(item, path)) for item, path in flat(value, at)]
        if kind is Kind.LINES and isinstance(value, dict) and value and all(map(_is_titled, value, value.values())):
            return [worded({"name": key, "said": item}) for key, item in value.items()]
        text = self._text(Kind.TEXT, value, at)
        return split_texts(text, commas=kind is Kind.LINES) if text else []

    def _is_dated(self, part: type[Part], value: dict[str, Any]) -> bool:
        """Whether the names of an object are but the dates or the numbers of its entries."""
        if not value or not fields_of(part).keys().isdisjoint(value):
            return False
        return all(
            not any(character.isalpha() for character in key) or read_period(key, self._language) for key in value
        )

    def _ignore(self, value: Any, at: Path) -> None:
        self._ignored += texts_in(value, self._before(at))


def is_language(name: str, beside: Collection[str]) -> bool:
    """Whether a name is the code of a language: de, or PT beside EN."""
    return name in LANGUAGE_CODES or ("EN" in beside and name.isupper() and name.lower() in LANGUAGE_CODES)


def _is_titled(key: str, value: Any) -> bool:
    """Whether a name is written as a title, with a word or a figure about it: {"Linear Algebra": "A"}."""
    return key[:1].isupper() and squeezed(key) not in HEADINGS and isinstance(value, str | int | float | None)


def flat(items: list[Any], at: Path = ()) -> Iterator[tuple[Any, Path]]:
    """The items of a list, and of the lists in it, with their paths."""
    for place, item in enumerate(items):
        if isinstance(item, list):
            yield from ((inner, (*at, place, number)) for number, inner in enumerate(item))
        else:
            yield item, (*at, place)
