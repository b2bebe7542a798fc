"""Arrow and numpy as the joining uses them."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.integer[Any]]
    Bools = NDArray[np.bool_]


def compute() -> Any:
    """Return Arrow's functions, which are made when it is imported and so have no types."""
    import pyarrow.compute as pc

    return pc
