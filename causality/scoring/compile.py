"""Write the packaged algorithm files as one JSON file, which loads many times faster than YAML.

``make compile`` runs this; a test compares the result with the files. A file that has changed
since is read from its YAML, so editing one needs nothing else.
"""

import hashlib
import json
from pathlib import Path

from causality.document import read
from causality.resources import data_folder

COMPILED = "compiled.json"
EXAMPLES = ".examples.yaml"


def compiled(folder: Path) -> str:
    """Return the compiled form of the algorithm files of a folder."""
    files = {
        file.name: {
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            "value": read(file).value,
        }
        for file in sorted(folder.glob("*.yaml"))
        if not file.name.endswith(EXAMPLES)
    }
    return json.dumps(files, ensure_ascii=False, indent=0) + "\n"


if __name__ == "__main__":
    here = Path(str(data_folder("algorithms")))
    (here / COMPILED).write_text(compiled(here), encoding="utf-8")
