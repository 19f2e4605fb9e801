"""The pages of the statistics: the figures of the API, in words; nothing withheld is shown; filters stay in the address."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest

from adapters.database import writing
from adapters.tables import parked_events, read_models
from api.pages.charts import chart
from api.pages.charts.numbers import figure, period
from api.pages.statistics.form import FIELDS
from api.views.statistics import StatisticView
from domain.access import Principal
from projections.figures import Kind
from projections.reports import STATISTICS
from projections.statistics import GroupBy
from tests.api.house import OLGA, House, fronted
from tests.api.pages.visits import Visits
from tests.builders import ANNA, SOFIA
from tests.databases import KINDS, Databases
from tests.databases import Kind as Engine
from tests.demo.conftest import filled
from tests.service import Cells, SetClock

EVERY = [(name, by) for name, statistic in STATISTICS.items() for by in (None, *statistic.groupings)]

CASES = 500
"""Enough for figures that are shown and figures that are hidden, for an organisation and for all."""


@contextmanager
def visited(databases: Databases, kind: Engine, factory: pytest.TempPathFactory) -> Iterator[Visits]:
    """Fill a database with a national cohort, and give everybody a browser."""
    with filled(databases, kind, factory.mktemp("figures"), cases=CASES, seed=1, national=True) as made:
        clock = made.service.clock
        assert isinstance(clock, SetClock)
        with fronted(Cells(made.service, clock)) as house:
            yield Visits.of(house)


@pytest.fixture(scope="module")
def visits(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visits]:
    """A cohort on SQLite: what a page makes of an answer depends on no database."""
    with visited(databases, "sqlite", tmp_path_factory) as made:
        yield made


@pytest.fixture(scope="module", params=KINDS)
def everywhere(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Visits]:
    """The cohort on each database."""
    with visited(databases, request.param, tmp_path_factory) as made:
        yield made


# ---------------------------------------------------------------- reading a page


@dataclass
class Tables(HTMLParser):
    """What the tables of figures of a page say: each cell with the labels around it."""

    found: Counter[tuple[frozenset[str], str]] = field(default_factory=Counter)
    _columns: list[str] = field(default_factory=list)
    _labels: dict[str, str] = field(default_factory=dict)
    _column: int = 0
    _in: str = ""
    _text: str = ""
    _inside: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "table" and "figures" in (given.get("class") or ""):
            self._inside, self._columns, self._labels = True, [], {}
        elif tag == "tbody":
            self._labels.pop("group", None)
        elif tag == "tr":
            self._column = 0
        elif tag in ("caption", "th", "td"):
            self._in = {"col": "column", "row": "row", "rowgroup": "group"}.get(given.get("scope") or "", tag)
            self._text = ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        text = " ".join(self._text.split(" ")).strip()
        if tag == "table":
            self._inside = False
        elif not self._inside or tag not in ("caption", "th", "td"):
            return
        elif self._in == "column":
            self._columns.append(text)
        elif tag == "td":
            self._column += 1
            around = {*self._labels.values(), self._columns[self._column]}
            self.found[frozenset(around - {"Totaux", "Dans le détail", "Chiffre"}), text] += 1
        else:
            self._labels[self._in] = text


def told(page: str) -> Counter[tuple[frozenset[str], str]]:
    """Read the tables of a page but that of the limits."""
    tables = Tables()
    tables.feed(
        re.sub(r'<section aria-labelledby="(limits|mature)">.*?</section>', "", page, flags=re.DOTALL)
    )
    return tables.found


def answered(found: dict[str, Any]) -> Counter[tuple[frozenset[str], str]]:
    """Say what the tables must, from the API's answer."""
    columns = {column["code"]: column for column in found["columns"]}
    by = found["filters"]["group_by"]
    said: Counter[tuple[frozenset[str], str]] = Counter()

    def add(around: set[str], values: dict[str, Any], hidden: list[str]) -> None:
        for code, column in columns.items():
            if code not in values:
                continue
            label, kind = column["label"], Kind(column["kind"])
            if kind is Kind.SHARE and label[0].islower():
                label = f"% {label}"
            value = values[code]
            text = "masqué" if code in hidden else "–" if value is None else figure(value, kind, "fr")
            assert code not in hidden or value is None
            said[frozenset({*around, label}), text] += 1

    every = [(named(group, by), group) for group in found["groups"]]
    for name, group in [*every, *([("Ensemble", found["overall"])] if found["overall"] else [])]:
        around = {name} if by else set()
        add(around, group["totals"], group["hidden"])
        for line in group["lines"]:
            add({*around, line["label"]}, line["values"], line["hidden"])
    return said


def named(group: dict[str, Any], by: str | None) -> str:
    """Return the label of a group on the page."""
    if by == GroupBy.MONTH.value:
        return period(group["group"], "fr")
    return (
        f"{group['group']} ({period(group['group'], 'fr')})" if by == GroupBy.WEEK.value else group["label"]
    )


def asked(visits: Visits, name: str, query: str, by: Principal) -> tuple[str, dict[str, Any]]:
    """Return a page, and the API's answer to the same question."""
    page = visits.get(f"/statistiques/{name}?{query}", by)
    found = visits.house.get(f"/statistics/{name}?{query}", by)
    assert (page.status_code, found.status_code) == (200, 200), page.text
    return page.text, found.json()


# ---------------------------------------------------------------- the figures


@pytest.mark.parametrize("by", [OLGA, SOFIA], ids=["analyst", "supervisor"])
@pytest.mark.parametrize(("name", "group"), EVERY)
def test_a_page_tells_the_figures_of_the_api(
    visits: Visits, name: str, group: GroupBy | None, by: Principal
) -> None:
    """Every group, every line, every column; what is withheld is seen to be, and nowhere else told."""
    page, found = asked(visits, name, f"group_by={group.value}" if group else "", by)
    assert told(page) == answered(found)
    assert answered(found)
    assert ("remplace un effectif inférieur à 11" in page) is (">masqué<" in page)


@pytest.mark.parametrize(("name", "group"), EVERY)
def test_the_picture_is_drawn_from_the_same_answer(visits: Visits, name: str, group: GroupBy | None) -> None:
    query = f"group_by={group.value}&from=2017-01-01" if group else "from=2017-01-01"
    page, found = asked(visits, name, query, ANNA)
    drawn = chart(StatisticView.model_validate(found), "fr")
    image = visits.get(f"/statistiques/{name}/graphique.svg?{query}", ANNA)
    shown = re.findall(r'<img src="([^"]*)" alt="([^"]*)">', page)
    if drawn is None:
        assert (shown, image.status_code) == ([], 404)
        return
    assert image.content == drawn
    ((src, alt),) = shown
    assert src.replace("&amp;", "&").split("?")[1].split("&") == sorted(query.split("&"), key=query.index)
    assert alt


def test_small_counts_that_the_cell_sees_are_masked_for_an_analyst(visits: Visits) -> None:
    """The same organisation, the same statistic: what one sees and the other does not is a masked cell."""
    seen, masked = (told(asked(visits, "outcomes", "", by)[0]) for by in (SOFIA, ANNA))
    small = {key: text for key, text in seen if (key, text) not in masked}
    assert small
    assert {text for key, text in masked if key in small} == {"masqué"}
    assert "masqué" not in {text for _, text in seen}


def test_all_statistics_at_a_glance(everywhere: Visits) -> None:
    """Each with its title, its sentence, its main figure and the way to it; an analyst sees no small count."""
    page = everywhere.get("/statistiques", ANNA).text
    cards = re.findall(
        r'<h2 class="card-title"><a href="/statistiques/([^"]+)">(.*?)</a></h2>\s*<p class="small soft">(.*?)</p>'
        r'\s*<p class="figure">(.*?)</p>\s*<p class="small">(.*?)</p>',
        page,
    )
    assert [card[0] for card in cards] == list(STATISTICS)
    for name, title, about, main, label in cards:
        found = everywhere.house.get(f"/statistics/{name}", ANNA).json()
        (column,) = [
            one
            for one in found["columns"]
            if (one["label"], one["of"]) == (label.replace("&#39;", "'"), "totals")
        ]
        (group,) = found["groups"]
        value = group["totals"][column["code"]]
        assert title.replace("&#39;", "'") == found["title"]
        assert about.replace("&#39;", "'") == STATISTICS[name].about["fr"]
        expected = (
            "masqué" if column["code"] in group["hidden"] else figure(value, Kind(column["kind"]), "fr")
        )
        assert re.sub("<[^>]*>", "", main) == expected, name
    assert "masqué" in page


# ---------------------------------------------------------------- the filters


def test_filters_stay_in_the_address_and_in_the_form(everywhere: Visits) -> None:
    query = (
        "from=2024-01-01&to=2026-01-31&organisation=gard&organisation=isere&wave=pilot&wave=wave_1"
        "&maturity=30&as_of=2026-02-01&basis=recorded"
    )
    page, found = asked(everywhere, "durations", query, OLGA)
    for name, value in (
        ("from", "2024-01-01"),
        ("to", "2026-01-31"),
        ("maturity", "30"),
        ("as_of", "2026-02-01"),
    ):
        assert re.search(f'<input[^>]* name="{name}"[^>]* value="{value}"', page), name
    assert re.findall(r'name="(organisation|wave|basis)" value="(\w+)" checked', page) == [
        ("wave", "pilot"), ("wave", "wave_1"), ("organisation", "gard"), ("organisation", "isere"),
        ("basis", "recorded"),
    ]  # fmt: skip
    linked = query.replace("&", "&amp;")
    assert f'src="/statistiques/durations/graphique.svg?{linked}"' in page
    assert f'href="/statistiques/durations/tableau.csv?{linked}"' in page
    today = linked.replace("&amp;as_of=2026-02-01&amp;basis=recorded", "")
    assert f'href="/statistiques/durations?{today}">Revenir à aujourd’hui' in page
    assert "la fin du 1er février 2026" in page
    assert "ce qui était enregistré à cette date" in page
    for told_of in (found["definition"]["unit"], found["definition"]["missing"], "CPAM du Gard, CPAM de l"):
        assert told_of.replace("'", "&#39;") in page
    assert "Seulement les consentements donnés au plus tard le 1er janvier 2026" in page


def test_the_export_form_is_led_to_with_the_same_filters(visits: Visits) -> None:
    query = "group_by=month&organisation=gard&organisation=isere&maturity=30"
    page = visits.get(f"/statistiques/durations?{query}&comparaison=median", OLGA).text
    [href] = re.findall(r'href="(/exports/nouveau[^"]*)"', page)
    assert unescape(href) == f"/exports/nouveau?subject=statistic&name=durations&{query}"
    form = visits.get(unescape(href), OLGA).text
    for chosen in ('value="durations" selected', 'value="month" selected', 'value="30"'):
        assert chosen in form
    assert len(re.findall(r'name="organisation" value="(?:gard|isere)" checked', form)) == 2
    bare = visits.get("/statistiques/durations", OLGA).text
    assert 'href="/exports/nouveau?subject=statistic&amp;name=durations"' in bare


def test_what_is_left_blank_is_not_asked_for(visits: Visits) -> None:
    """As a browser sends the form: every field, filled in or not."""
    page = visits.get("/statistiques/outcomes?from=&to=&group_by=&as_of=&basis=recorded", OLGA)
    assert page.status_code == 200
    assert told(page.text) == told(visits.get("/statistiques/outcomes", OLGA).text)


def test_whoever_sees_one_organisation_is_not_asked_which(visits: Visits) -> None:
    own = visits.get("/statistiques/durations", ANNA).text
    fields = set(re.findall(r'<(?:input|select)[^>]* name="(\w+)"', own)) & set(FIELDS)
    assert fields == {"from", "to", "group_by", "maturity", "as_of", "basis"}
    assert 'value="organisation"' not in own
    national = visits.get("/statistiques/outcomes", OLGA).text
    fields = set(re.findall(r'<(?:input|select)[^>]* name="(\w+)"', national)) & set(FIELDS)
    assert fields == {"from", "to", "group_by", "organisation", "wave", "as_of", "basis"}
    assert re.findall(r'<option value="(\w+)"', national) == [
        by.value for by in STATISTICS["outcomes"].groupings
    ]


@pytest.mark.parametrize(
    ("name", "query", "field_", "words"),
    [
        ("outcomes", "from=2026-02-01&to=2026-01-01", "from", "La période commence après sa fin."),
        ("outcomes", "from=le+premier", "from", "Une date s&#39;écrit AAAA-MM-JJ."),
        ("outcomes", "group_by=week", "group_by", "Cette valeur n&#39;est pas dans la liste."),
        ("outcomes", "organisation=nowhere", "organisation", "Cette valeur n&#39;est pas dans la liste."),
        ("outcomes", "as_of=2030-01-01", "as_of", "Cette date est à venir."),
        ("durations", "maturity=beaucoup", "maturity", "Un nombre entier est attendu"),
        ("durations", "maturity=90&from=2026-02-01", "maturity", "Aucun consentement de la période"),
        ("outcomes", "maturity=90", "", "Champ inconnu."),
    ],
)
def test_wrong_filters_are_said_in_words_and_kept(
    visits: Visits, name: str, query: str, field_: str, words: str
) -> None:
    answer = visits.get(f"/statistiques/{name}?{query}", OLGA)
    assert answer.status_code == 422
    alert = re.findall(r'role="alert">(.*?)</div>', answer.text, flags=re.DOTALL)[0]
    assert words in alert
    if field_:
        assert f'href="#{field_}"' in alert
        assert re.search(f'id="{field_}-error">{re.escape(words)}', answer.text)
        assert f'id="{field_}"' in answer.text
    for text in re.findall(r"(?:from|to|maturity|as_of)=([^&]*)", query if field_ else ""):
        assert f'value="{text.replace("+", " ")}"' in answer.text
    assert "<table" not in answer.text
    assert "<img" not in answer.text


def test_another_organisation_is_out_of_reach(visits: Visits) -> None:
    for path in ("", "/graphique.svg", "/tableau.csv"):
        assert visits.get(f"/statistiques/outcomes{path}?organisation=isere", ANNA).status_code == 403
        assert visits.get(f"/statistiques/weather{path}", ANNA).status_code == 404


def test_nothing_counted_says_what_to_do(visits: Visits) -> None:
    page = visits.get("/statistiques/outcomes?to=2001-01-01&group_by=month", OLGA).text
    assert "Rien n’est compté avec ces filtres" in page
    assert "<table" not in page


# ---------------------------------------------------------------- the limits


def test_organisations_are_held_against_the_limits_and_none_is_ranked(visits: Visits) -> None:
    """Those outside come first, the small ones last and without limits; one chooses what is compared."""
    query = "group_by=organisation"
    page, found = asked(visits, "durations", query, OLGA)
    names = [f"{one['column']}.{one['line']}" for one in found["comparison"]]
    assert re.findall(r'<option value="(\w+\.\w+)"', page) == names
    for name, funnel in zip(names, found["comparison"], strict=True):
        page = visits.get(f"/statistiques/durations?{query}&comparaison={name}", OLGA).text
        assert f'<option value="{name}" selected>' in page
        section = page.split('aria-labelledby="limits"')[1].split("</section>")[0]
        rows = [
            [
                re.sub("<[^>]*>", "", cell).replace("&#39;", "'")
                for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)
            ]
            for row in re.findall(r"<tr>(.*?)</tr>", section.split("<tbody>")[1], flags=re.DOTALL)
        ]
        kind = next(Kind(one["kind"]) for one in found["columns"] if one["code"] == funnel["column"])
        by_name = {one["label"]: one for one in funnel["organisations"]}
        assert {row[0] for row in rows} == set(by_name)
        for label, n, value, position, inner, _outer in rows:
            one = by_name[label]
            assert n == ("masqué" if one["n"] is None else figure(one["n"], Kind.COUNT, "fr"))
            assert position == (one["verdict"]["label"] if one["verdict"] else "–")
            assert (inner == "–") is (one["limits"] is None)
            if one["limits"]:
                assert value == figure(one["value"], kind, "fr")
                assert inner.startswith(figure(one["limits"]["lower_95"], kind, "fr"))
        order = ["au-dessus (99,8 %)", "en dessous (99,8 %)", "au-dessus (95 %)", "en dessous (95 %)",
                 "dans les limites", "trop peu de cas", "–"]  # fmt: skip
        placed = [(order.index(row[3]), row[0]) for row in rows]
        assert placed == sorted(placed)


# ---------------------------------------------------------------- pictures, files, the past


def test_a_picture_has_its_own_policy_and_is_not_sent_twice(visits: Visits) -> None:
    path = "/statistiques/outcomes/graphique.svg"
    first = visits.get(path, OLGA)
    assert first.headers["content-type"] == "image/svg+xml"
    assert first.headers["content-security-policy"] == (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert first.headers["cache-control"] == "private, no-cache"
    assert "Cookie" in first.headers["vary"]
    again = visits.get(path, OLGA, If_None_Match=f'W/"x", {first.headers["etag"]}')
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    for other in (visits.get(path, ANNA), visits.get(path, OLGA, Accept_Language="en")):
        assert other.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize("by", [OLGA, SOFIA], ids=["analyst", "supervisor"])
def test_what_one_sees_is_one_click_away_as_a_file_with_small_counts_hidden(
    everywhere: Visits, by: Principal
) -> None:
    query = "group_by=wave&organisation=gard"
    page, found = asked(everywhere, "outcomes", query, by)
    (href,) = re.findall(r'href="([^"]*\.csv[^"]*)"', page)
    answer = everywhere.get(href.replace("&amp;", "&"), by)
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="outcomes.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    hidden = [row for row in rows if row["hidden"] == "true"]
    assert hidden
    assert {row["value"] for row in hidden} == {""}
    total = {row["figure"]: row["value"] for row in rows if row["group"] == "pilot" and not row["line"]}
    assert total == {code: str(value) for code, value in found["groups"][0]["totals"].items()}
    assert ("Dans le fichier, les effectifs inférieurs à 11 sont masqués" in page) is (by is SOFIA)
    past = everywhere.get("/statistiques/outcomes/tableau.csv?as_of=2026-02-01", by)
    assert 'filename="outcomes-2026-02-01.csv"' in past.headers["content-disposition"]


def test_pages_are_in_english_too(visits: Visits) -> None:
    for path in ("", "/outcomes", "/detection-sources?group_by=organisation"):
        page = visits.get(f"/statistiques{path}", OLGA, Accept_Language="en").text
        assert "masked" in page
        assert "masqué" not in page


def test_figures_that_are_behind_are_marked(house: House) -> None:
    visits = Visits.of(house)
    pages = ("", "/outcomes", "/durations")
    said = "Ces chiffres sont en cours de recalcul"
    assert not any(said in visits.get(f"/statistiques{path}", OLGA).text for path in pages)
    with writing(house.cells.service.engine) as connection:
        connection.execute(
            read_models.update().where(read_models.c.name == "outcomes").values(behind_since=1)
        )
    assert [said in visits.get(f"/statistiques{path}", OLGA).text for path in pages] == [True, True, False]
    said = "1 dossier figure ici sans ses derniers événements"
    with writing(house.cells.service.engine) as connection:
        of_case = {
            "case_id": "c",
            "position": 1,
            "version": 1,
            "topic": "t",
            "error": "e",
            "parked_at": "now",
        }
        connection.execute(parked_events.insert().values(read_model="durations", **of_case))
    assert [said in visits.get(f"/statistiques{path}", OLGA).text for path in pages] == [True, False, True]


# ---------------------------------------------------------------- what changed


@pytest.mark.parametrize("name", ["outcomes", "durations", "continuity"])
def test_what_changed_between_two_days_is_what_the_api_tells_of_both(visits: Visits, name: str) -> None:
    days = ("2018-01-31", "2018-02-28")
    pasts = [visits.house.get(f"/statistics/{name}?as_of={day}&basis=recorded", SOFIA).json() for day in days]
    asked_ = f"before={days[0]}&before_basis=recorded&after={days[1]}&after_basis=recorded"
    page = visits.get(f"/statistiques/{name}/comparaison?{asked_}", SOFIA).text
    table = page.split('aria-labelledby="figures"')[1].split("</section>")[0]
    rows = [
        [unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", table.split("<tbody>")[1], flags=re.DOTALL)
    ]
    assert [row[:3] for row in rows] == [
        [label, written(was, kind), written(now, kind)]
        for (label, kind, was), (_, _, now) in zip(*map(every_figure, pasts), strict=True)
        if was != now
    ]
    for _, was, now, change in rows:
        if was.isdecimal() and now.isdecimal():
            assert change == f"{int(now) - int(was):+d}".replace("-", "\N{MINUS SIGN}")
    number = int(re.findall(r"(\d+) dossiers? ne comptent? pas", page)[0])
    links = re.findall(r'href="/dossiers/([\w-]+)/historique#v\d+"', page)
    assert 0 < len(set(links)) <= number
    for case_id in set(links):
        assert visits.get(f"/dossiers/{case_id}/historique", SOFIA).status_code == 200


def every_figure(found: dict[str, Any]) -> list[tuple[str, Kind, float | None]]:
    """Return the figures of an ungrouped answer: the totals, then each line's."""
    (group,) = found["groups"]
    columns = [(one["of"], one["code"], one["label"], Kind(one["kind"])) for one in found["columns"]]
    totals = [(label, kind, group["totals"][code]) for of, code, label, kind in columns if of == "totals"]
    return totals + [
        (f"{line['label']} – {label}", kind, line["values"].get(code))
        for line in group["lines"]
        for of, code, label, kind in columns
        if of == "lines"
    ]


def written(value: float | None, kind: Kind) -> str:
    """Write a figure as the page does."""
    return "–" if value is None else figure(value, kind, "fr")


@pytest.mark.parametrize(
    ("query", "field_", "words"),
    [
        ("before=2018-01-31&after=2018-01-31", "after", "C&#39;est deux fois la même date"),
        ("before=2018-01-31&after=2030-01-01", "after", "Cette date est à venir."),
        ("before=&after=2018-01-31", "before", "Ce champ est obligatoire."),
        (
            "before=2018-01-31&after=2018-02-28&from=2018-02-01&to=2018-01-01",
            "from",
            "La période commence après",
        ),
    ],
)
def test_two_days_that_cannot_be_compared_are_said_in_words(
    visits: Visits, query: str, field_: str, words: str
) -> None:
    answer = visits.get(f"/statistiques/outcomes/comparaison?{query}", SOFIA)
    assert answer.status_code == 422
    assert re.search(f'id="{field_}-error">{words}', answer.text)
    assert "<table" not in answer.text


def test_the_events_that_explain_a_figure_are_for_those_who_see_events(visits: Visits) -> None:
    assert visits.get("/statistiques/outcomes/comparaison", SOFIA).status_code == 200
    assert 'href="/statistiques/outcomes/comparaison"' in visits.get("/statistiques/outcomes", SOFIA).text
    for by in (ANNA, OLGA):
        assert visits.get("/statistiques/outcomes/comparaison", by).status_code == 403
        assert "/comparaison" not in visits.get("/statistiques/outcomes", by).text
