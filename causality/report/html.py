"""A view as one HTML page: no network, no script, and whatever a case holds shown as text."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from causality.errors import Problem, UsageError
from causality.report.batch.view import BatchView
from causality.report.blocks import Figure
from causality.report.signs import printable
from causality.report.view import CaseView
from causality.resources import data_folder

_TEMPLATES = (
    "report.html.j2",
    "batch.html.j2",
    "blocks.html.j2",
    "figure.svg.j2",
    "report.css",
    "figure.css",
    "report.docx.j2",
    "blocks.docx.j2",
)


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

    environment = template_environment(templates)
    data = htmlsafe_json_dumps(embedded, dumps=_compact)
    try:
        return str(environment.get_template("report.html.j2").render(view=view, embedded=data))
    except (TemplateError, UnicodeDecodeError, TypeError, ValueError) as error:
        if templates is None:
            raise
        raise wrong_template(templates, error) from error


def figure_drawer(style: str, templates: Path | None = None) -> Callable[[Figure], str]:
    """Return what makes a drawing of its own of a figure, with a style sheet and more of it.

    It raises UsageError, E541, when a user's template is wrong.
    """
    from jinja2 import TemplateError
    from markupsafe import Markup  # noqa: PLC0415 - only a report needs it

    environment = template_environment(templates)

    def draw(figure: Figure) -> str:
        try:
            sheet = environment.get_template("figure.css").render() + style
            drawing = environment.get_template("figure.svg.j2")
            # A style sheet of the package or of the user's folder, and a constant of the package.
            return str(drawing.render(item=figure, style=Markup(sheet)))  # noqa: S704
        except (TemplateError, UnicodeDecodeError, TypeError, ValueError) as error:
            if templates is None:
                raise
            raise wrong_template(templates, error) from error

    return draw


def batch_page(view: BatchView) -> str:
    """Return the page of a batch."""
    return str(template_environment(None).get_template("batch.html.j2").render(view=view))


def wrong_template(templates: Path, error: Exception) -> UsageError:
    """Return the error of a user's template: E541."""
    file = getattr(error, "filename", None) or str(templates)
    line = getattr(error, "lineno", None)
    params = {"reason": str(error) or type(error).__name__}
    return UsageError([Problem(code="E541", file=str(file), line=line, params=params)])


def template_environment(templates: Path | None) -> Any:
    """Return what places a view: the package's templates behind those of a user's folder."""
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
        finalize=_shown,
    )
    environment.filters["css_text"] = _css_text
    return environment


def _css_text(value: object) -> Any:
    """Return a text as a string of a style sheet, every sign but letters and digits escaped."""
    from markupsafe import Markup  # noqa: PLC0415 - only a report needs it

    signs = printable(str(value))
    text = "".join(s if s.isascii() and s.isalnum() else f"\\{ord(s):x} " for s in signs)
    return Markup(f'"{text}"')  # noqa: S704 - nothing is left in it that could act


def _shown(value: object) -> object:
    """Return plain text as a page may show it; markup stays."""
    return printable(value) if type(value) is str else value


def _compact(value: object, **_: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
