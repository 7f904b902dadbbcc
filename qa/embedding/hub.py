"""The hub's cache on this disk, asked without the network. Knows no kind of model."""

from __future__ import annotations

from pathlib import Path


def cached_folder(name: str) -> Path | None:
    """The hub cache's folder of a model, named by its commit; None when the cache does not hold it.

    Asked of the cache itself, because loading by name reaches for the network even when told to use local files only.
    """
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (OSError, ValueError):  # not in the cache; not even a name of the hub
        return None
