"""Where the slices of an evaluation run as Prefect tasks: this process, others, Dask or Ray."""

from __future__ import annotations

from typing import Any

from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.evaluate import cores
from flows.mistakes import UserMistake
from flows.settings import Settings


def slice_count(settings: Settings) -> int:
    """Return how many slices an evaluation is to be cut into."""
    return settings.slices or cores()


def task_runner(settings: Settings) -> TaskRunner[Any]:
    """Return what runs the slices, not yet started.

    With "processes" each task is a thread that watches over a process of its own: a pool shared by
    all slices would end all of them when one process dies.
    Raises: UserMistake when the library of the chosen one is not installed.
    """
    match settings.task_runner:
        case "dask":
            return _dask(settings)
        case "ray":
            return _ray()
        case _:
            return ThreadPoolTaskRunner(max_workers=slice_count(settings))


def _dask(settings: Settings) -> TaskRunner[Any]:
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError:
        raise _not_installed("dask") from None
    if settings.dask_address:
        return DaskTaskRunner(address=settings.dask_address)
    # one thread a worker: deciding is bound by the processor, and a slice that dies dies alone
    workers = {"n_workers": slice_count(settings), "threads_per_worker": 1}
    return DaskTaskRunner(cluster_kwargs=workers | {"dashboard_address": None})


def _ray() -> TaskRunner[Any]:
    try:
        from prefect_ray import RayTaskRunner
    except ImportError:
        raise _not_installed("ray") from None
    runner: TaskRunner[Any] = RayTaskRunner()
    return runner


def _not_installed(extra: str) -> UserMistake:
    name = extra.capitalize()
    return UserMistake(
        da=f"FRISTVAGT_TASK_RUNNER er {extra}, men {name} er ikke installeret. Installér det: "
        f"pip install 'fristvagt[{extra}]', eller skriv processes.",
        en=f"FRISTVAGT_TASK_RUNNER is {extra}, but {name} is not installed. Install it: "
        f"pip install 'fristvagt[{extra}]', or write processes.",
    )
