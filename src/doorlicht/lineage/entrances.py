"""What a function is handed by those who call it from outside: settings, options, requests.

``click`` and ``typer`` give the parameters of a function the defaults of its options, ``hydra``
gives it the settings of a file, ``FastAPI`` an object of the class that the parameter is said to be
of. Nobody in the code calls such a function with arguments.

Sources: the reference documentation of click (*Options*: the name of the parameter is the name
without dashes, or else that of the longest option), typer, hydra (*Your first app*), FastAPI
(*Request body*).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from doorlicht.lineage.graph import NOTHING
from doorlicht.lineage.values import ClassValue, FunctionValue, Known, Scope, Unknown, Value
from doorlicht.records import code

if TYPE_CHECKING:
    from doorlicht.lineage.interpreter import Interpreter

_OPTIONS: Final = ("option", "argument")
_TABLES: Final = ("DataFrame", "LazyFrame", "GeoDataFrame")


def with_defaults(node: code.Function) -> tuple[code.Param, ...]:
    """Return the parameters of a function, with the defaults that its decorators give them."""
    defaults: dict[str, code.Expr] = {}
    for decorator in node.decorators:
        if not isinstance(decorator, code.Call):
            continue
        func = decorator.func
        name = func.name if isinstance(func, code.Attr) else getattr(func, "id", "")
        if name in _OPTIONS:
            _option(decorator, defaults)
        elif (
            name == "main"
            and node.params
            and any(arg.name == "config_name" for arg in decorator.args)
        ):
            defaults[node.params[0].name] = decorator
    return tuple(
        param._replace(default=defaults[param.name])
        if param.default is None and param.name in defaults
        else param
        for param in node.params
    )


def decorated(
    run: Interpreter, node: code.Function, function: FunctionValue, scope: Scope
) -> FunctionValue:
    """Return a function as the decorators of the code itself make it (``@register``, ``@timed``).

    Those of libraries leave it as it is, as far as data is concerned.
    """
    made = function
    for decorator in reversed(node.decorators):
        wraps = run.evaluate(
            decorator.func if isinstance(decorator, code.Call) else decorator, scope
        )
        if not isinstance(wraps, FunctionValue):
            continue
        if isinstance(decorator, code.Call):
            wraps = run.evaluate(decorator, scope)
            if not isinstance(wraps, FunctionValue):
                continue
        wrapped = run.call_function(wraps, [(None, made)], node.line)
        if isinstance(wrapped, FunctionValue) and not function.bound:
            # The wrapper gets what the function is called with, also the object of a method.
            made = wrapped
    return made


def introduce(run: Interpreter, node: code.Class, made: ClassValue, scope: Scope) -> None:
    """Hand a class to its decorators and to the hook of its base, which may keep it in a list.

    What they answer is not followed: the class stays what it is.
    """
    hook = run.inherited(made, "__init_subclass__")
    if isinstance(hook, FunctionValue):
        run.call_function(hook, [(None, made)], node.line)
    for decorator in reversed(node.decorators):
        wraps = run.evaluate(
            decorator.func if isinstance(decorator, code.Call) else decorator, scope
        )
        if isinstance(wraps, FunctionValue) and isinstance(decorator, code.Call):
            wraps = run.evaluate(decorator, scope)
        if isinstance(wraps, FunctionValue):
            run.call_function(wraps, [(None, made)], node.line)


def _option(decorator: code.Call, defaults: dict[str, code.Expr]) -> None:
    spelled = [
        arg.value.value
        for arg in decorator.args
        if arg.name is None
        and isinstance(arg.value, code.Const)
        and isinstance(arg.value.value, str)
    ]
    default = next((arg.value for arg in decorator.args if arg.name == "default"), None)
    if default is None or not spelled:
        return
    plain = [text for text in spelled if not text.startswith("-")]
    longest = max((text.split("/")[0] for text in spelled), key=len)
    name = plain[0] if plain else longest.lstrip("-").replace("-", "_")
    defaults[name.lower()] = default


def handed_in(run: Interpreter, function: FunctionValue, param: code.Param) -> Value:
    """Return what a parameter is if nobody gives it a value: an object of its class, or unknown."""
    unknown = Unknown(NOTHING, f"{param.name}@{function.name}")
    if param.kind is None or function.scope is None:
        return unknown
    told = run.evaluate(param.kind, function.scope)
    if isinstance(told, ClassValue):
        return run.project_instance(told)
    if isinstance(told, Known) and told.name.rsplit(".", 1)[-1] in _TABLES:
        run.as_frame(unknown, force=True)
    return unknown
