"""Charts: every statistic under every grouping, on a cohort; what is drawn is what was answered, and nothing withheld."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from api.languages import LANGUAGES
from api.pages.charts import alternative, chart
from api.pages.charts.limits import limits_at, placed
from api.pages.charts.numbers import figure, period
from api.pages.charts.palette import INK, LOOKS, PAPER, QUIET, SIZE, TEXT, THREAD
from api.pages.charts.pictures import PICTURES, Form
from api.pages.charts.reading import compared
from api.pages.charts.svg import WIDTH, wrapped
from api.views.statistics import StatisticView, statistic_view
from projections.answers import answer
from projections.durations import Measure
from projections.figures import Kind
from projections.organisations import all_organisations
from projections.reports import STATISTICS
from projections.statistics import Filters, GroupBy
from tests.databases import Databases
from tests.demo.conftest import CASES, Filled, filled
from workflows.labels import Language

SVG = "{http://www.w3.org/2000/svg}"

EVERY = [(name, by) for name, statistic in STATISTICS.items() for by in (None, *statistic.groupings)]

Ask = Callable[..., StatisticView]
"""Ask for a statistic: its name, grouping, language, the least count shown, other filters."""


@pytest.fixture(scope="module")
def cohort(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A national cohort, on SQLite: what is drawn depends on no database."""
    home = tmp_path_factory.mktemp("charts")
    with filled(databases, "sqlite", home, cases=CASES, seed=1, national=True) as made:
        yield made


@pytest.fixture(scope="module")
def ask(cohort: Filled) -> Ask:
    """The answers of the cohort, each once."""
    known: dict[object, StatisticView] = {}

    def asked(
        name: str,
        by: GroupBy | None = None,
        language: Language = "fr",
        hidden_below: int | None = None,
        organisations: tuple[str, ...] = (),
    ) -> StatisticView:
        key = (name, by, language, hidden_below, organisations)
        if key not in known:
            statistic = STATISTICS[name]
            with cohort.service.figures.open(statistic.models, None) as source:
                names = {row.code: row.name for row in all_organisations(source.connection)}
                filters = Filters(organisations, group_by=by)
                found = answer(source.connection, statistic, filters, hidden_below)
                known[key] = statistic_view(found, source, names, language)
        return known[key]

    return asked


def drawn(view: StatisticView, language: Language = "fr") -> ET.Element:
    """Return a chart, read."""
    found = chart(view, language)
    assert found is not None
    return ET.fromstring(found)  # noqa: S314 -- written a moment ago


def texts(root: ET.Element) -> list[str]:
    """Return what is written in a chart, title and description left out."""
    return [node.text or "" for node in root.iter(f"{SVG}text")]


def bars(root: ET.Element, look: int = 0) -> list[dict[str, float]]:
    """Return the bars of a series, from the top, without that of the legend."""
    found = [
        {name: float(node.get(name, "nan")) for name in ("x", "y", "width", "height")}
        for node in root.iter(f"{SVG}rect")
        if node.get("stroke") == LOOKS[look].colour and node.get("fill-opacity") is None
    ]
    return [bar for bar in found if (bar["width"], bar["height"]) != (20, 16)]


def points(root: ET.Element, look: int = 0) -> list[tuple[float, float]]:
    """Return where the round markers of a look are."""
    return [
        (float(node.get("cx", "nan")), float(node.get("cy", "nan")))
        for node in root.iter(f"{SVG}circle")
        if node.get("stroke") == LOOKS[look].colour
    ]


# ---------------------------------------------------------------- all of them


def test_every_statistic_has_its_pictures_of_columns_that_it_has() -> None:
    assert PICTURES.keys() == STATISTICS.keys()
    for name, by in PICTURES.items():
        shape = STATISTICS[name].shape
        assert {None, GroupBy.WEEK, *by} == {None, *GroupBy}
        for picture in by.values():
            columns = [shape.columns()[code] for code in picture.columns]
            assert len({column.kind for column in columns}) == 1
            assert len(columns) <= len(LOOKS)
            if picture.form is Form.LIMITS:
                assert picture.columns[0] in {what.column for what in STATISTICS[name].comparable}
            if picture.line is not None:
                assert shape.lines is not None
                assert picture.line in set(shape.lines.codes)


@pytest.mark.parametrize("hidden_below", [None, 11], ids=["whole", "small hidden"])
@pytest.mark.parametrize(("name", "by"), EVERY, ids=lambda value: getattr(value, "value", value) or "alone")
def test_every_chart_is_an_image_by_itself(
    ask: Ask, name: str, by: GroupBy | None, hidden_below: int | None
) -> None:
    """Well-formed, as large as its page makes it, without script, style sheet or reference; the same bytes twice."""
    for language in LANGUAGES:
        view = ask(name, by, language, hidden_below)
        said = alternative(view, language)
        assert said.strip().endswith(".")
        assert "%(" not in said
        image = chart(view, language)
        if image is None:
            assert (name, by) == ("intake", None)
            continue
        assert image == chart(view.model_copy(deep=True), language)
        root = ET.fromstring(image)  # noqa: S314 -- written a moment ago
        assert (root.tag, root.get("role"), root.get("width"), root.get("height")) == (
            f"{SVG}svg", "img", None, None,
        )  # fmt: skip
        assert (root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")) == (view.title, said)
        tags = {node.tag.removeprefix(SVG) for node in root.iter()}
        assert tags <= {"svg", "title", "desc", "rect", "text", "path", "circle", "pattern"}
        names = {attribute for node in root.iter() for attribute in node.keys()}  # noqa: SIM118
        assert not {at for at in names if "href" in at or at.startswith("on") or at in ("style", "class")}
        values = [value for node in root.iter() for value in node.attrib.values()]
        assert all(re.fullmatch(r"url\(#[a-z]+\)", value) for value in values if "url" in value)
        sizes = [float(node.get("font-size", SIZE)) for node in root.iter(f"{SVG}text")]
        assert min(sizes) * 900 / WIDTH >= 14


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "by"), EVERY, ids=lambda value: getattr(value, "value", value) or "alone")
def test_nothing_is_cut_off(ask: Ask, name: str, by: GroupBy | None, language: Language) -> None:
    """Every text begins and ends within the image, by the width that its letters take at the least."""
    view = ask(name, by, language)
    if chart(view, language) is None:
        return
    root = drawn(view, language)
    height = float(root.get("viewBox", "").split()[3])
    for node in root.iter(f"{SVG}text"):
        width = len(node.text or "") * SIZE * 0.45
        start = float(node.get("x", "nan"))
        start -= {"middle": width / 2, "end": width}.get(node.get("text-anchor", ""), 0)
        assert start >= -1, node.text
        assert start + width <= WIDTH, node.text
        assert SIZE / 2 <= float(node.get("y", "nan")) <= height - 3, node.text


# ---------------------------------------------------------------- the forms


def test_bars_are_as_long_as_their_figures(ask: Ask) -> None:
    view = ask("detection-sources")
    shares = sorted((line.values["share"] or 0 for line in view.groups[0].lines), reverse=True)
    root = drawn(view)
    lengths = [bar["width"] for bar in bars(root)]
    assert [length / lengths[0] for length in lengths] == pytest.approx(
        [share / shares[0] for share in shares if share], abs=0.01
    )
    for line in view.groups[0].lines:
        assert line.label in texts(root)
        assert figure(line.values["share"] or 0, Kind.SHARE, "fr") in texts(root)


def test_parts_lie_end_to_end_and_are_as_long_as_their_figures(ask: Ask) -> None:
    view = ask("forgone-care")
    largest = max(view.groups[0].lines, key=lambda line: line.values["needs"] or 0)
    root = drawn(view)
    parts = [bars(root, look)[0] for look in range(3)]
    counts = [largest.values[code] or 0 for code in ("performed", "not_performed", "open")]
    scale = parts[0]["width"] / counts[0]
    assert [part["width"] for part in parts] == pytest.approx([n * scale for n in counts], abs=0.3)
    ends = [part["x"] + part["width"] for part in parts]
    assert [part["x"] for part in parts[1:]] == pytest.approx(ends[:2], abs=0.3)
    assert figure(sum(counts), Kind.COUNT, "fr") in texts(root)


def test_durations_lie_between_their_deciles_beside_the_90_days(ask: Ask) -> None:
    view = ask("durations")
    root = drawn(view)
    (mark,) = (node for node in root.iter(f"{SVG}path") if node.get("stroke") == THREAD)
    (zero,) = (node for node in root.iter(f"{SVG}path") if node.get("stroke") == QUIET)
    at = {90: x_of(mark), 0: x_of(zero)}
    a_day = (at[90] - at[0]) / 90
    boxes = [node for node in root.iter(f"{SVG}rect") if node.get("fill-opacity")]
    assert len(boxes) == len(Measure)
    for node, line in zip(boxes, view.groups[0].lines, strict=True):
        low, high = (line.values[code] or 0 for code in ("p10", "p90"))
        start = float(node.get("x", "nan"))
        assert start == pytest.approx(at[0] + low * a_day, abs=0.5)
        assert start + float(node.get("width", "nan")) == pytest.approx(at[0] + high * a_day, abs=0.5)
    assert f"90{NBSP}j" in texts(root)


NBSP = "\N{NO-BREAK SPACE}"


def x_of(path: ET.Element) -> float:
    """Return where an upright line is."""
    return float(path.get("d", "").removeprefix("M").split()[0])


def test_a_trend_has_a_marker_for_each_figure_as_high_as_it(ask: Ask) -> None:
    view = ask("intake", GroupBy.MONTH)
    counts = [group.totals["referrals"] or 0 for group in view.groups]
    root = drawn(view)
    found = points(root)
    assert len(found) == len(counts)
    (_, first), (_, most) = found[0], found[counts.index(max(counts))]
    a_unit = (first - most) / (max(counts) - counts[0])
    assert [y for _, y in found] == pytest.approx([first - a_unit * (n - counts[0]) for n in counts], abs=0.5)
    steps = {round(b - a, 1) for (a, _), (b, _) in pairwise(found)}
    assert max(steps) - min(steps) < 0.3
    assert period(view.groups[0].group, "fr") in texts(root)


def test_the_median_over_time_stands_beside_the_90_days(ask: Ask) -> None:
    root = drawn(ask("durations", GroupBy.MONTH))
    assert {"Médiane", "9e décile", f"90{NBSP}j"} <= set(texts(root))
    looks = {(node.get("stroke"), node.get("stroke-dasharray")) for node in root.iter(f"{SVG}path")}
    assert {(LOOKS[0].colour, "none"), (LOOKS[1].colour, LOOKS[1].dashes)} <= looks


def test_a_month_without_anything_leaves_a_gap(ask: Ask) -> None:
    view = ask("intake", GroupBy.MONTH)
    (before, _, after, *rest) = view.groups
    gapped = view.model_copy(update={"groups": [before, after, *rest]})
    assert len(points(drawn(gapped))) == len(view.groups) - 1
    xs = [x for x, _ in points(drawn(gapped))]
    assert xs[1] - xs[0] == pytest.approx(2 * (xs[2] - xs[1]), abs=0.3)


def test_organisations_lie_by_their_number_between_the_limits(ask: Ask) -> None:
    view = ask("detection-sources", GroupBy.ORGANISATION, "en")
    root = drawn(view, "en")
    (funnel,) = (f for f in view.comparison if f.column == "share" and f.line == "reception")
    placed = [p for p in funnel.organisations if p.limits]
    assert len(placed) >= 2
    assert all(p.verdict and p.verdict.code == "within" for p in placed)
    found = sorted(points(root)[1:])  # the first is that of the legend
    numbers = sorted(p.n or 0 for p in placed)
    assert len(found) == len(numbers)
    a_case = (found[-1][0] - found[0][0]) / (numbers[-1] - numbers[0])
    assert [x for x, _ in found] == pytest.approx(
        [found[0][0] + a_case * (n - numbers[0]) for n in numbers], abs=0.5
    )
    assert {"99.8%", "95%", "Number of cases"} <= set(texts(root))


@pytest.mark.parametrize(("name", "kind"), [("durations", Kind.DAYS), ("first-contact", Kind.SHARE)])
def test_the_curves_run_through_the_limits_that_were_answered(ask: Ask, name: str, kind: Kind) -> None:
    view = ask(name, GroupBy.ORGANISATION)
    picture = PICTURES[name][GroupBy.ORGANISATION]
    funnel = compared(view, picture)
    assert funnel is not None
    found = placed(funnel)
    assert len(found) >= 2
    for position in found:
        limits = position.limits
        assert limits is not None
        assert limits_at(position.n or 0, funnel, found, kind) == pytest.approx(
            (limits.upper_998, limits.upper_95, limits.lower_95, limits.lower_998), abs=0.05
        )


def test_an_organisation_far_outside_is_named(ask: Ask) -> None:
    view = ask("detection-sources", GroupBy.ORGANISATION)
    (funnel,) = (f for f in view.comparison if f.line == "reception")
    number = next(i for i, p in enumerate(funnel.organisations) if p.limits)
    position = funnel.organisations[number]
    assert position.verdict is not None
    far = position.model_copy(
        update={"value": 99.0, "verdict": position.verdict.model_copy(update={"code": "far_above"})}
    )
    organisations = [*funnel.organisations]
    organisations[number] = far
    moved = view.model_copy(
        update={"comparison": [funnel.model_copy(update={"organisations": organisations})]}
    )
    assert position.label in texts(drawn(moved))
    assert position.label in alternative(moved, "fr")
    assert position.label not in texts(drawn(view))


# ---------------------------------------------------------------- what is not shown


def test_what_is_withheld_is_not_drawn_even_if_it_were_answered(ask: Ask) -> None:
    """Neither as a zero: it is left out, and said."""
    view = ask("detection-sources")
    group = view.groups[0]
    secret = group.lines[0].model_copy(
        update={"values": {"cases": 4321, "share": 43.21}, "hidden": ["cases", "share"]}
    )
    changed = group.model_copy(update={"lines": [secret, *group.lines[1:]]})
    hiding = view.model_copy(update={"groups": [changed]})
    image = chart(hiding, "fr") or b""
    assert b"43,2" not in image
    assert b"4321" not in image
    root = drawn(hiding)
    shown = [line for line in changed.lines[1:] if line.values["share"]]
    assert len(bars(root)) == len(shown)
    assert "non montré" in texts(root)
    assert f"1 chiffre n’est pas montré{NBSP}: on pourrait y reconnaître quelqu’un." in texts(root)
    assert "1 chiffre n’est pas montré" in alternative(hiding, "fr")
    assert "43,2" not in alternative(hiding, "fr")


@pytest.mark.parametrize("name", ["funding", "referrals-onward", "forgone-care"])
def test_as_many_bars_are_drawn_as_figures_are_shown(ask: Ask, name: str) -> None:
    whole, hiding = ask(name), ask(name, hidden_below=11)
    picture = PICTURES[name][None]

    def figures(view: StatisticView) -> int:
        return sum(bool(line.values[code]) for line in view.groups[0].lines for code in picture.columns)

    assert figures(hiding) < figures(whole)
    for view in (whole, hiding):
        root = drawn(view)
        assert sum(len(bars(root, look)) for look in range(len(picture.columns))) == figures(view)


@pytest.mark.parametrize(
    ("language", "nothing", "withheld"),
    [
        ("fr", "Rien n’est compté avec ces filtres.", "Les effectifs sont trop petits"),
        ("en", "Nothing is counted under these filters.", "The figures are too small"),
    ],
)
def test_where_there_is_nothing_it_says_so(ask: Ask, language: Language, nothing: str, withheld: str) -> None:
    view = ask("outcomes", None, language)
    empty = view.model_copy(update={"groups": [], "overall": None})
    assert texts(drawn(empty, language)) == [nothing] == [alternative(empty, language)]
    secret = [
        line.model_copy(update={"values": dict.fromkeys(line.values), "hidden": list(line.values)})
        for line in view.groups[0].lines
    ]
    hidden = view.model_copy(update={"groups": [view.groups[0].model_copy(update={"lines": secret})]})
    assert alternative(hidden, language).startswith(withheld)
    assert " ".join(texts(drawn(hidden, language))) == alternative(hidden, language)


def test_organisations_too_small_to_be_compared_are_said_to_be(ask: Ask) -> None:
    assert alternative(ask("referrals-onward", GroupBy.ORGANISATION), "fr") == (
        f"Moins de deux organismes peuvent être comparés{NBSP}: il y faut 30 dossiers, et des chiffres qui peuvent "
        "être montrés."
    )


# ---------------------------------------------------------------- words and numbers


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "Du consentement à la clôture : médiane {} jours ; 9 sur 10 en {} jours ou moins. {} en 90 jours ou moins."),
        ("en", "From consent to closing: median {} days; 9 in 10 within {} days. {} within 90 days."),
    ],
)  # fmt: skip
def test_durations_in_words(ask: Ask, language: Language, said: str) -> None:
    view = ask("durations", None, language)
    values = view.groups[0].lines[0].values
    median, p90 = (figure(values[code] or 0, Kind.RATE, language) for code in ("median", "p90"))
    share = figure(values["share_within_90"] or 0, Kind.SHARE, language)
    expected = said.format(median, p90, share).replace(NBSP, " ")
    assert alternative(view, language).replace(NBSP, " ") == expected


def test_a_statistic_without_a_picture_tells_its_totals(ask: Ask) -> None:
    assert chart(ask("intake"), "fr") is None
    assert alternative(ask("intake", None, "en"), "en") == (
        f"Intake: Referrals {CASES:,}; Running total {CASES:,}."
    )


@pytest.mark.parametrize(
    ("value", "kind", "french", "english"),
    [
        (1234.5, Kind.COUNT, "1 234,5", "1,234.5"),
        (54.06, Kind.SHARE, "54,1 %", "54.1%"),
        (90, Kind.DAYS, "90 j", "90 d"),
        (123_456_78, Kind.CENTS, "123 457 €", "€123,457"),
        (325.25, Kind.RATE, "325,2", "325.2"),
    ],
)
def test_figures_are_written_as_in_their_language(
    value: float, kind: Kind, french: str, english: str
) -> None:
    narrow = "\N{NARROW NO-BREAK SPACE}"
    assert figure(value, kind, "fr").replace(NBSP, " ").replace(narrow, " ") == french
    assert figure(value, kind, "en").replace(NBSP, " ") == english


def test_months_and_weeks_are_written_as_in_their_language() -> None:
    assert [period("2026-11", language) for language in LANGUAGES] == ["nov. 2026", "Nov 2026"]
    assert [period("2026-W45", language) for language in LANGUAGES] == ["2 nov. 2026", "Nov 2, 2026"]


def test_labels_are_wrapped_at_spaces() -> None:
    assert wrapped("aaaa bbbb cccc", 100, 2) == ["aaaa bbbb", "cccc"]
    assert wrapped("aaaa bbbb cccc dddd", 45, 2) == ["aaaa", "bbbb…"]


@pytest.mark.parametrize("colour", [INK, THREAD, TEXT, QUIET, *(look.colour for look in LOOKS)])
def test_every_colour_can_be_read_on_paper(colour: str) -> None:
    def luminance(code: str) -> float:
        parts = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    assert (luminance(PAPER) + 0.05) / (luminance(colour) + 0.05) >= 4.5


def test_no_two_series_look_alike_without_colour() -> None:
    for name in ("dashes", "marker", "pattern"):
        assert len({getattr(look, name) for look in LOOKS}) == len(LOOKS)
