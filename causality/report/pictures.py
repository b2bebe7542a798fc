"""Figures as pictures, for documents that cannot hold a drawing."""

import json
import re
from collections.abc import Callable, Sequence

from causality.report.blocks import Figure
from causality.report.signs import settable

FONT = """
svg text { font-family: 'Libertinus Serif', 'DejaVu Sans Mono'; }
svg .title, svg .strong { font-weight: 700; }
"""
"""The style of a drawing that is set in the fonts of the library."""

_DOTS_PER_INCH = 200.0
_SOURCE = b"""
#set page(width: 182mm, height: auto, margin: 0mm)
#for drawing in json(bytes(sys.inputs.drawings)) {
  page(image(bytes(drawing), format: "svg", width: 100%))
}
"""
_OTHER_WRITING = re.compile(r"[^\x00-\u04ff\u2000-\u22ff]")
"""Signs that the fonts of the library do not have: for these those of the system are asked."""


def pictures(figures: Sequence[Figure], draw: Callable[[Figure], str]) -> list[bytes]:
    """Return each figure as a PNG, as wide as the text of an A4 page."""
    from typst import Compiler, Fonts

    if not figures:
        return []
    drawings = json.dumps([settable(draw(figure)) for figure in figures], ensure_ascii=False)
    compiler = Compiler(
        _SOURCE,
        font_paths=Fonts(include_system_fonts=bool(_OTHER_WRITING.search(drawings))),
        sys_inputs={"drawings": drawings},
    )
    made = compiler.compile(format="png", ppi=_DOTS_PER_INCH)
    return [made] if isinstance(made, bytes) else list(made or ())
