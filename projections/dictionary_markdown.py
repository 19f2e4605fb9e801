"""The data dictionary as a document, in Markdown."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from projections.dictionary import Dictionary, Example, Figure, StatisticEntry, TableEntry
from projections.figures import Kind
from workflows.labels import Language, in_language

_WORDS: Final = {
    "title": ("Dictionnaire des données", "Data dictionary"),
    "intro": (
        (
            "Chaque statistique, table, colonne et code, tels que le programme les déclare. Les tables se lisent "
            "directement en SQL ; les exemples valent pour SQLite comme pour PostgreSQL. Les jours sont des jours "
            "calendaires à l'heure de Paris, les montants des centimes."
        ),
        (
            "Every statistic, table, column and code, as the program declares them. The tables can be read directly with "
            "SQL; the examples hold for SQLite and PostgreSQL alike. Days are calendar days of Paris, amounts cents."
        ),
    ),
    "small": (
        (
            "Qui lit les tables voit les petits effectifs : rien n'y est masqué. Avant de diffuser un chiffre, passez par "
            "les statistiques ou les exports, qui masquent ce qui doit l'être."
        ),
        (
            "Who reads the tables sees small counts: nothing is hidden there. Before a figure leaves, take it from the "
            "statistics or the exports, which hide what must be."
        ),
    ),
    "statistics": ("Statistiques", "Statistics"),
    "read_models": ("Modèles de lecture", "Read models"),
    "read_models.intro": (
        (
            "Une table par modèle de lecture, calculée à partir des événements et recalculable à tout moment. La table "
            "`read_models` dit quelle version est stockée, et si elle est à jour."
        ),
        (
            "A table for each read model, computed from the events and at any time again. The table `read_models` says "
            "which version is stored, and whether it is up to date."
        ),
    ),
    "tallies": ("Compteurs", "Tallies"),
    "tallies.intro": (
        (
            "Ce que les statistiques additionnent, déjà additionné. Une ligne est une cellule : un périmètre (`scope`), "
            "une période et une clé. `bins` est une liste JSON dont la position i compte la classe i (classe 0 seule, ou "
            "des jours, ou ce que dit la table) ; les zéros de fin sont omis, et une cellule vide est absente. Les "
            "périodes et les périmètres se recoupent : ne les additionnez pas entre eux (`all` contient les mois, "
            "`national` les vagues et les organismes)."
        ),
        (
            "What the statistics add up, added up already. A row is a cell: a scope, a period and a key. `bins` is a JSON "
            "list of which position i counts bin i (bin 0 alone, or days, or what the table says); trailing zeros are "
            "left out, and an empty cell is absent. Periods and scopes overlap: never add one to another (`all` contains "
            "the months, `national` the waves and the organisations)."
        ),
    ),
    "tables": ("Autres tables", "Other tables"),
    "codes": ("Listes de codes", "Code lists"),
    "name": ("nom", "name"),
    "type": ("type", "type"),
    "meaning": ("signification", "meaning"),
    "of": ("de", "of"),
    "of.totals": ("totaux", "totals"),
    "of.line": ("ligne", "line"),
    "holds": ("contient", "holds"),
    "label": ("libellé", "label"),
    "tied": ("lié à", "ties"),
    "code": ("code", "code"),
    "part_of": ("part de {}", "part of {}"),
    "sum_of": ("somme de {}", "sum of {}"),
    "computed_from": ("calculé sur {}", "computed from {}"),
    "nullable": ("peut être vide", "may be null"),
    "key": ("clé", "key"),
    "row": ("Une ligne", "A row"),
    "read_model": ("Modèle de lecture `{}`, version {}.", "Read model `{}`, version {}."),
    "groupings": ("Ventilations : {}.", "May be grouped by {}."),
    "source_tables": ("Calculé à partir de : {}.", "Computed from {}."),
    "lines": ("Lignes : {} ({}).", "Lines: {} ({})."),
    "unit": ("Unité", "Unit"),
    "numerator": ("Numérateur", "Numerator"),
    "denominator": ("Dénominateur", "Denominator"),
    "date_basis": ("Date retenue", "Date basis"),
    "period": ("Période", "Period"),
    "missing": ("Manquants", "Missing"),
    "source": ("Source", "Source"),
    Kind.COUNT.value: ("nombre", "count"),
    Kind.SHARE.value: ("part, en %", "share, in %"),
    Kind.DAYS.value: ("jours", "days"),
    Kind.CENTS.value: ("centimes", "cents"),
    Kind.RATE.value: ("par semaine, ou par dossier", "a week, or a case"),
    "text": ("texte", "text"),
    "integer": ("entier", "integer"),
    "date": ("date", "date"),
    "boolean": ("booléen", "boolean"),
}


def markdown(dictionary: Dictionary) -> str:
    """Return the dictionary as a document."""
    return "\n".join(_Writer(dictionary.language).lines(dictionary)) + "\n"


class _Writer:
    """Writes in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._colon = "\N{NO-BREAK SPACE}: " if language == "fr" else ": "

    def lines(self, dictionary: Dictionary) -> Iterator[str]:
        """Yield the lines of the document."""
        yield from (f"# {self._say('title')}", "", self._say("intro"), "", self._say("small"))
        yield from self._heading("statistics")
        for statistic in dictionary.statistics:
            yield from self._statistic(statistic)
        yield from self._heading("read_models", "read_models.intro")
        for table in dictionary.read_models:
            yield from self._table(table)
        yield from self._heading("tallies", "tallies.intro")
        for tally in dictionary.tallies:
            yield f"- `{tally.name}`{self._colon}{tally.about}"
        yield ""
        yield from self._columns(dictionary.tallies[0])  # all have the same
        yield from self._examples(dictionary.examples)
        yield from self._heading("tables")
        for table in dictionary.tables:
            yield from self._table(table)
        yield from self._heading("codes")
        for codes in dictionary.codes:
            yield from ("", f"### `{codes.name}`", "")
            yield from self._rows(("code", "label"), [(f"`{code.code}`", code.label) for code in codes.codes])

    def _statistic(self, statistic: StatisticEntry) -> Iterator[str]:
        said = statistic.definition
        yield from ("", f"### {statistic.title} (`{statistic.name}`)", "", statistic.about, "")
        for key in said.__struct_fields__:
            yield f"- {self._say(key)}{self._colon}{getattr(said, key)}"
        yield f"- {self._say('groupings', _codes(statistic.groupings))}"
        yield f"- {self._say('source_tables', _codes(statistic.read_models))}"
        if statistic.lines is not None:
            codes = ", ".join(f"`{code.code}` {code.label}" for code in statistic.line_codes)
            yield f"- {self._say('lines', statistic.lines.lower(), codes)}"
        yield ""
        yield from self._rows(
            ("name", "of", "holds", "label", "tied"),
            [
                (f"`{c.name}`", self._say(f"of.{c.of}"), self._say(c.kind), c.label, self._ties(c))
                for c in statistic.columns
            ],
        )
        yield from self._examples(statistic.examples)

    def _ties(self, figure: Figure) -> str:
        ties = (
            ("part_of", [figure.part_of] if figure.part_of is not None else []),
            ("sum_of", figure.sum_of),
            ("computed_from", figure.computed_from),
        )
        return "; ".join(self._say(key, _codes(names)) for key, names in ties if names)

    def _table(self, table: TableEntry) -> Iterator[str]:
        yield from ("", f"### `{table.name}`", "", f"{self._say('row')}{self._colon}{table.about}", "")
        if table.read_model is not None:
            yield from (self._say("read_model", table.read_model, table.version), "")
        yield from self._columns(table)

    def _columns(self, table: TableEntry) -> Iterator[str]:
        rows = []
        for column in table.columns:
            words = [self._say(column.type)]
            words += [self._say("key")] if column.in_key else []
            words += [self._say("nullable")] if column.nullable else []
            rows.append((f"`{column.name}`", ", ".join(words), column.about))
        return self._rows(("name", "type", "meaning"), rows)

    def _examples(self, examples: Sequence[Example]) -> Iterator[str]:
        for example in examples:
            yield from ("", example.about, "", "```sql", example.sql, "```")

    def _heading(self, key: str, *further: str) -> Iterator[str]:
        yield from ("", f"## {self._say(key)}")
        for words in further:
            yield from ("", self._say(words))
        if further:
            yield ""

    def _rows(self, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
        for row in ([self._say(header) for header in headers], ["---"] * len(headers), *rows):
            yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |"

    def _say(self, key: str, *values: object) -> str:
        return in_language(_WORDS[key], self._language).format(*values)


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
