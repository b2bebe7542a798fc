"""A view as one HTML page: no network, no script, and whatever a case holds shown as text."""

import json
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from causality.errors import Problem, UsageError
from causality.report.batch.view import BatchView
from causality.report.view import CaseView
from causality.resources import data_folder

_TEMPLATES = ("report.html.j2", "batch.html.j2", "blocks.html.j2", "figure.svg.j2", "report.css")
_KEPT = frozenset("\n\t")
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def html_page(view: CaseView, embedded: Mapping[str, Any], templates: Path | None = None) -> str:
    """Return the page of a view.

    Parameters
    ----------
    embedded
        Data for other programs, kept inside the page.
    templates
        A folder whose templates take the place of those of the package.

    Raises
    ------
    UsageError
        E541 when a user's template is wrong.
    """
    from jinja2 import TemplateError
    from jinja2.utils import htmlsafe_json_dumps

    environment = _environment(templates)
    data = htmlsafe_json_dumps(embedded, dumps=_compact)
    try:
        return str(environment.get_template("report.html.j2").render(view=view, embedded=data))
    except (TemplateError, UnicodeDecodeError, TypeError, ValueError) as error:
        if templates is None:
            raise
        raise _wrong_template(templates, error) from error


def batch_page(view: BatchView) -> str:
    """Return the page of a batch."""
    return str(_environment(None).get_template("batch.html.j2").render(view=view))


def _wrong_template(templates: Path, error: Exception) -> UsageError:
    file = getattr(error, "filename", None) or str(templates)
    line = getattr(error, "lineno", None)
    params = {"reason": str(error) or type(error).__name__}
    return UsageError([Problem(code="E541", file=str(file), line=line, params=params)])


def _environment(templates: Path | None) -> Any:
    from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    folder = data_folder("reports")
    packaged = DictLoader({n: (folder / n).read_text(encoding="utf-8") for n in _TEMPLATES})
    own = [FileSystemLoader(templates)] if templates else []
    environment = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([*own, packaged]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )
    environment.filters["css_text"] = _css_text
    return environment


def _css_text(value: object) -> Any:
    """Return a text as a string of a style sheet, every sign but letters and digits escaped."""
    from markupsafe import Markup  # noqa: PLC0415 - only a report needs it

    signs = str(_printable(str(value)))
    text = "".join(s if s.isascii() and s.isalnum() else f"\\{ord(s):x} " for s in signs)
    return Markup(f'"{text}"')  # noqa: S704 - nothing is left in it that could act


def _printable(value: object) -> object:
    """Return text without signs that steer a page or turn its writing round; markup stays."""
    if type(value) is not str or value.isprintable():
        return value
    return "".join("\ufffd" if _steers(sign) else sign for sign in value)


def _steers(sign: str) -> bool:
    """Tell whether a sign is a control sign, or one that turns the direction of what follows."""
    control = unicodedata.category(sign) in {"Cc", "Cs"} and sign not in _KEPT
    return control or unicodedata.bidirectional(sign) in _TURNING


def _compact(value: object, **_: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
