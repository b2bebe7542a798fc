"""Find the data folders of this installation (wheel, editable install or checkout)."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from causality.errors import DataFolderError, Problem

DataFolder = Literal["algorithms", "reports", "knowledge", "examples"]


def data_folder(name: DataFolder) -> Traversable:
    """Return a data folder of this installation.

    Raises
    ------
    DataFolderError
        When the folder is neither in the package nor beside it in a checkout.
    """
    packaged = files("causality") / name
    if packaged.is_dir():
        return packaged
    root = Path(__file__).resolve().parents[1]
    if (root / "pyproject.toml").is_file() and (root / name).is_dir():
        return root / name
    raise DataFolderError([Problem(code="E900", params={"folder": name})])
