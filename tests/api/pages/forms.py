"""A form as a browser has it: the page it is shown on, and what is sent when its button is pressed.

controls = shown(form)
form.filled(sent(controls))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from api.pages import texts
from api.pages.forms.form import Form
from api.pages.rendering import __file__ as _rendering
from workflows.labels import Language

_TEMPLATES: Final = _rendering.replace("rendering.py", "templates")
_TEMPLATE: Final = (
    '{% from "macros/fields.html" import fields, error_summary with context %}'
    "{{ error_summary(form) }}{{ fields(form) }}"
)
_EMPTY_ELEMENTS: Final = {"input", "br", "img", "link", "meta", "hr"}
TYPED: Final = {"text", "tel", "email", "date", "textarea"}


@dataclass
class Control:
    """One control of a page; `chosen` says whether a browser would send it, `text` what."""

    element: str
    attributes: Mapping[str, str | None]
    text: str = ""
    chosen: bool = True
    options: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name it is sent under."""
        return self.attributes.get("name") or ""

    @property
    def type(self) -> str:
        """Its type, or its element when that says it."""
        return (self.attributes.get("type") or self.element) if self.element == "input" else self.element


class Page(HTMLParser):
    """What is on a page: its forms, its controls, the labels' targets, every id and what refers to one."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.controls: list[Control] = []
        self.forms: list[tuple[Mapping[str, str | None], list[Control]]] = []
        self.elements: list[tuple[str, Mapping[str, str | None]]] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.referred: set[str] = set()
        self.links: set[str] = set()
        self.unclosed: list[str] = []
        self.legends: list[bool] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        given = dict(attrs)
        self.elements.append((tag, given))
        if tag not in _EMPTY_ELEMENTS:
            self.unclosed.append(tag)
        if "id" in given:
            self.ids.append(given["id"] or "")
        self.referred.update((given.get("aria-describedby") or "").split())
        if tag == "a":
            self.links.add((given.get("href") or "").removeprefix("#"))
        if tag == "label":
            self.labelled.add(given.get("for") or "")
        if tag == "fieldset":
            self.legends.append(False)
        if tag == "legend":
            self.legends[-1] = True
        if tag == "form":
            self.forms.append((given, []))
        if tag == "option":
            self.controls[-1].options.append((given.get("value") or "", "selected" in given))
        if tag in ("input", "select", "textarea", "button"):
            ticked = given.get("type") not in ("radio", "checkbox") or "checked" in given
            self.controls.append(Control(tag, given, given.get("value") or "", ticked and tag != "button"))
            if "form" in self.unclosed:
                self.forms[-1][1].append(self.controls[-1])

    def handle_endtag(self, tag: str) -> None:
        """Close an element, which must be the one that is open."""
        assert self.unclosed.pop() == tag
        if tag == "fieldset":
            assert self.legends.pop(), "a fieldset without a legend"

    def handle_data(self, data: str) -> None:
        """Keep what a box of several lines holds."""
        if self.unclosed and self.unclosed[-1] == "textarea":
            self.controls[-1].text += data


@cache
def _template(language: Language) -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(texts.translations(language), newstyle=True)  # type: ignore[attr-defined]
    return environment.from_string(_TEMPLATE)


def rendered(form: Form, language: Language = "en") -> str:
    """Return a form's HTML."""
    return _template(language).render(form=form)


def shown(form: Form) -> Page:
    """Return a form as a browser reads it."""
    return Page(rendered(form))


def sent(controls: Iterable[Control]) -> list[tuple[str, str]]:
    """Return what a browser sends of these controls when a button without a name is pressed."""
    pairs = []
    for control in controls:
        if control.element == "select":
            first = control.options[0][0] if control.options else ""
            pairs.append((control.name, next((value for value, on in control.options if on), first)))
        elif control.element == "textarea":
            text = control.text.removeprefix("\n").replace("\r\n", "\n").replace("\n", "\r\n")
            pairs.append((control.name, text))
        elif control.chosen:
            pairs.append((control.name, control.text))
    return pairs
