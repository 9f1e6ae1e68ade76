"""The language of a CV whose job names none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cv.resume import Resume, validate_cv
from renderer.html.guess import guess_language
from renderer.html.languages import TRANSLATED, language
from tests.documents.samples import samples

SUMMARIES = {
    "bg": "Софтуерен инженер с девет години опит в изграждането на облачни услуги за телекомуникационни компании.",
    "ca": "Enginyera de programari amb nou anys d'experiència en la construcció de serveis al núvol per a empreses.",
    "cs": "Softwarová inženýrka s devítiletou praxí při budování cloudových služeb pro telekomunikační společnosti.",
    "de": "Softwareingenieurin mit neun Jahren Erfahrung im Aufbau von Diensten für Unternehmen der Telekommunikation.",
    "es": "Ingeniera de software con nueve años de experiencia en la construcción de servicios en.",
    "et": "Tarkvarainsener, kellel on üheksa aastat kogemust pilveteenuste ehitamisel.",
    "fi": "Ohjelmistosuunnittelija, jolla on yhdeksän vuoden kokemus pilvipalvelujen rakentamisesta teleyrityksille.",
    "fr": "Ingénieure logicielle avec neuf ans d'expérience dans la construction de services pour les entreprises.",
    "hr": "Softverska inženjerka s devet godina iskustva u izgradnji usluga u oblaku za telekomunikacijske tvrtke.",
    "hu": "Szoftvermérnök kilencéves tapasztalattal felhőszolgáltatások építésében távközlési vállalatok számára.",
    "id": "Insinyur perangkat lunak dengan sembilan tahun pengalaman membangun layanan awan untuk perusahaan.",
    "it": "Ingegnera del software con nove anni di esperienza nella costruzione di servizi per le.",
    "lt": "Programinės įrangos inžinierė, turinti devynerių metų patirtį kuriant debesijos.",
    "nl": "Softwareontwikkelaar met negen jaar ervaring in het bouwen van clouddiensten voor bedrijven in de telecom.",
    "pl": "Inżynier oprogramowania z dziewięcioletnim doświadczeniem w budowaniu usług dla firm telekomunikacyjnych.",
    "pt": "Engenheira de software com nove anos de experiência na construção de serviços para empresas de telefonia.",
    "ro": "Inginer software cu nouă ani de experiență în construirea de servicii pentru companii de telecomunicații.",
    "ru": "Инженер-программист с девятилетним опытом создания облачных сервисов для телекоммуникационных компаний.",
    "sv": "Mjukvaruingenjör med nio års erfarenhet av att bygga molntjänster för telekomföretag och myndigheter.",
    "tr": "Telekomünikasyon şirketleri için bulut hizmetleri geliştirme konusunda dokuz yıllık.",
    "uk": "Інженерка-програмістка з дев'ятирічним досвідом створення хмарних сервісів для телекомунікаційних компаній.",
    "ur": "سافٹ ویئر انجینئر جسے ٹیلی کام کمپنیوں کے لیے خدمات بنانے کا نو سال کا تجربہ ہے۔",
}


def cv(**basics: Any) -> Resume:
    return validate_cv({"basics": {"name": "Alex Example", **basics}})


@pytest.mark.parametrize("tag", SUMMARIES)
def test_one_paragraph_is_enough(tag: str) -> None:
    assert guess_language(cv(summary=SUMMARIES[tag])) == tag


@pytest.mark.parametrize("name", [name for name, one in samples().items() if name not in ("empty-sections", "stress")])
def test_each_sample_is_in_the_language_that_it_says(name: str) -> None:
    sample = samples()[name]
    wanted = language(sample.language)
    found = guess_language(sample.resume)
    assert found == (None if wanted.labels == "en" else wanted.labels)


@pytest.mark.parametrize("path", sorted(Path("templates").glob("*/sample.json")), ids=lambda path: path.parent.name)
def test_an_english_cv_is_no_guess(path: Path) -> None:
    assert guess_language(validate_cv(json.loads(path.read_text()))) is None


@pytest.mark.parametrize(
    "basics",
    [
        {},
        {"label": "Software Engineer"},
        {"label": "Ingénieur"},
        {"summary": "Python, Java, Docker, Kubernetes, PostgreSQL"},
        {"summary": "12345 67890"},
    ],
)
def test_too_little_is_no_guess(basics: dict[str, str]) -> None:
    assert guess_language(cv(**basics)) is None


def test_texts_of_several_languages_are_no_guess() -> None:
    work = [{"position": "x", "summary": SUMMARIES[tag] * 4} for tag in ("de", "fr", "es")]
    assert guess_language(validate_cv({"basics": {"name": "Alex"}, "work": work})) is None


ENGLISH = "Software engineer with nine years of experience in building cloud services for telecom companies. "


@pytest.mark.parametrize(("english", "tag"), [(2, "fr"), (6, None)])
def test_some_english_among_texts_of_another_language_is_usual(english: int, tag: str | None) -> None:
    work = [{"position": "x", "summary": SUMMARIES["fr"] * 8}, {"position": "x", "summary": ENGLISH * english}]
    assert guess_language(validate_cv({"basics": {"name": "Alex"}, "work": work})) == tag


@pytest.mark.parametrize(
    ("summary", "said", "tag"),
    [
        ("Python, Java, Docker, Kubernetes, PostgreSQL", "fr", "fr"),
        ("Python, Java, Docker, Kubernetes, PostgreSQL", "en", None),
        ("Python, Java, Docker, Kubernetes, PostgreSQL", "xx", None),
        (SUMMARIES["de"], "en", "de"),
        (ENGLISH, "fr", None),
    ],
)
def test_the_language_that_a_cv_names_counts_where_its_texts_say_none(summary: str, said: str, tag: str | None) -> None:
    assert guess_language(cv(summary=summary), said) == tag


@pytest.mark.parametrize(
    ("summary", "country", "tag"),
    [
        (SUMMARIES["id"], "ID", "id"),
        (SUMMARIES["id"], "MY", None),
        (SUMMARIES["hr"], "HR", "hr"),
        (SUMMARIES["hr"], "RS", "sr-Latn"),
    ],
)
def test_a_country_decides_between_languages_that_are_much_alike(summary: str, country: str, tag: str | None) -> None:
    assert guess_language(cv(summary=summary, location={"countryCode": country})) == tag


@pytest.mark.parametrize(
    ("label", "tag"),
    [
        ("مهندسة برمجيات أولى", "ar"),
        ("מהנדסת תוכנה", "he"),
        ("वरिष्ठ अभियंता", "hi"),
        ("ผู้จัดการฝ่ายการตลาด", "th"),
        ("선임 백엔드 개발자", "ko"),
        ("シニアデザイナー", "ja"),
        ("软件工程师,负责云服务", "zh-Hans"),
        ("軟體工程師,負責雲端服務", "zh-Hant"),
        ("Μηχανικός λογισμικού", "el"),
        ("უფროსი ინჟინერი", "ka"),
    ],
)
def test_a_script_of_one_language_needs_one_line(label: str, tag: str) -> None:
    assert guess_language(cv(label=label)) == tag


def test_a_country_decides_between_varieties() -> None:
    summary = SUMMARIES["pt"]
    assert guess_language(cv(summary=summary, location={"countryCode": "BR"})) == "pt-BR"
    assert guess_language(cv(summary=summary, location={"countryCode": "PT"})) == "pt"


def test_every_guess_within_a_script_has_headings() -> None:
    assert set(SUMMARIES) <= TRANSLATED


@pytest.mark.parametrize(
    ("summary", "tag"),
    [
        (
            "使用<strong>Vue.js</strong>和Webpack生成页面，参考<a href='https://example.org/resume/design'>设计</a>",
            "zh-Hans",
        ),
        ("ReactとGraphQLで管理画面を設計・開発", "ja"),
        ("Rebuilt the 支付宝 checkout for a shop", None),
    ],
)
def test_names_of_products_among_ideographs_are_no_english(summary: str, tag: str | None) -> None:
    assert guess_language(cv(summary=summary)) == tag
