from pathlib import Path

import pytest

from doorlicht.plugins import Limits
from doorlicht.records import Source
from doorlicht.runs.scan import ScanRequest, scan

PLUGINS = Path(__file__).parents[1] / "data" / "plugins"


@pytest.fixture(scope="session", autouse=True)
def keep_compiled(tmp_path_factory):
    """Let the many processes that are started here compile each module once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("compiled")))
        yield


@pytest.fixture(scope="module")
def plugins():
    """Install the plugins that only tests have."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(PLUGINS))
        yield


class OddFolder:
    """A source of which each asset does what its words say; see ``tests/data/plugins``."""

    def __init__(self, folder):
        self.folder = folder / "source"
        self.folder.mkdir()
        self.register = folder / "inquiry.register"
        self.temp = folder / "temp"
        self.temp.mkdir()
        self.source = Source("odd", "odd", str(self.folder))

    def put(self, **assets):
        for name, words in assets.items():
            (self.folder / f"{name}.odd").write_text(words)

    def remove(self, name):
        (self.folder / f"{name}.odd").unlink()

    def reads(self, name):
        """Each time the asset was read: process, threads, temporary folder."""
        log = self.folder / f"{name}.reads"
        return [line.split() for line in log.read_text().splitlines()] if log.exists() else []

    def request(self, *others, limits=None, **changes):
        values = {
            "sources": [self.source, *others],
            "by": "jo",
            "register": self.register,
            "temp_folder": self.temp,
            "limits": limits or Limits(),
            "workers": 1,
            **changes,
        }
        return ScanRequest(**values)

    def scan(self, *others, events=None, **changes):
        told = [] if events is None else events
        return scan(self.request(*others, **changes), told.append)


@pytest.fixture(scope="module")
def make_odd(plugins):  # noqa: ARG001 (only has to be there)
    return OddFolder


@pytest.fixture
def odd(tmp_path, make_odd):
    return make_odd(tmp_path)
