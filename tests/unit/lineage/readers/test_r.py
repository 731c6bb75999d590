"""R becomes the small language: what each construct means, on which line, and around errors."""

import pickle
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorlicht.lineage.readers.r import RReader, read_r
from doorlicht.lineage.readers.source import MAX_BYTES, MAX_HIDDEN
from doorlicht.records import code


def shown(node) -> str:
    """Write a node in one short line, so that cases can be read."""
    match node:
        case None:
            return "nothing"
        case tuple() if type(node) is tuple:
            return "; ".join(shown(each) for each in node)
        case code.Const(value):
            return repr(value)
        case code.Name(name):
            return name
        case code.Attr(base, name):
            return f"{shown(base)}${name}"
        case code.Missing():
            return "_missing_"
        case code.Item(base, keys, _, is_element, named):
            inside = ", ".join([*map(shown, keys), *map(shown, named)])
            return f"{shown(base)}[[{inside}]]" if is_element else f"{shown(base)}[{inside}]"
        case code.Arg(name, value, spread):
            return (f"{name}=" if name is not None else "") + spread + shown(value)
        case code.Call(func, args):
            return f"{shown(func)}({', '.join(map(shown, args))})"
        case code.Op(op, operands):
            return f"<{op} {' '.join(map(shown, operands))}>"
        case code.Seq(items, kind):
            return f"{kind}({', '.join(map(shown, items))})"
        case code.Dict(pairs):
            return "{" + ", ".join(f"{shown(key)}: {shown(value)}" for key, value in pairs) + "}"
        case code.Format(parts):
            return f"text({', '.join(map(shown, parts))})"
        case code.Formula(left, right):
            return f"[{'' if left is None else shown(left)} ~ {shown(right)}]"
        case code.Choice(test, yes, no):
            return f"({shown(test)} ? {shown(yes)} : {shown(no)})"
        case code.Param(name, default, spread):
            return spread + name + ("" if default is None else f"={shown(default)}")
        case code.Lambda(params, body):
            return f"fn({', '.join(map(shown, params))}){{{shown(body)}}}"
        case code.Block(body):
            return f"{{{shown(body)}}}"
        case code.Opaque(parts, _, construct):
            return f"opaque{':' * bool(construct)}{construct}({', '.join(map(shown, parts))})"
        case code.Assign(targets, value, _, is_global):
            left = " , ".join(map(shown, targets))
            return f"{left} {'<<-' if is_global else '<-'} {shown(value)}"
        case code.Do(value):
            return shown(value)
        case code.If(test, body, orelse):
            return f"if {shown(test)} {{{shown(body)}}} else {{{shown(orelse)}}}"
        case code.Loop(target, iterable, body):
            over = "" if target is None else f"{shown(target)} in {shown(iterable)} "
            return f"loop {over}{{{shown(body)}}}"
        case code.Return(value):
            return f"return {shown(value)}"
        case code.Import(module, name, alias):
            return f"import {module} {name}" + (f" as {alias}" if alias else "")
        case code.Delete(targets):
            return f"delete {', '.join(map(shown, targets))}"
    raise AssertionError(node)


def read(text: str) -> str:
    return shown(read_r("a.R", text).body)


CASES = {
    # assignments
    "x <- 1": "x <- 1",
    "1 -> x": "x <- 1",
    "x <<- 1": "x <<- 1",
    "1 ->> x": "x <<- 1",
    "x = 1": "x <- 1",
    "'x' <- 1": "x <- 1",
    "`geb land` <- 1": "geb land <- 1",
    "a <- b <- 1": "a , b <- 1",
    "a = b <- 1": "a , b <- 1",
    "a <- b <<- 1": "a <- {b <<- 1}",
    "T <- 1": "T <- 1",
    "df$a <- 1": "df$a <- 1",
    "df[df$a > 1, 'b'] <- 0": "df[<> df$a 1>, 'b'] <- 0",
    "names(df)[2] <- 'b'": "names(df)[2] <- 'b'",
    "f((x <- 1))": "f({x <- 1})",
    "assign('x', 1)": "assign('x', 1)",
    "c(a, b) %<-% f()": "vector(a, b) <- f()",
    "dt[, a := b, by = g]": "dt[_missing_, <:= a b>, by=g]",
    "dt[, `:=`(a = 1)]": "dt[_missing_, :=(a=1)]",
    "`<-`(x, 1)": "x <- 1",
    # calls, fields, elements
    "f(a = 1, 'b' = 2, `c d` = 3, ...)": "f(a=1, b=2, c d=3, *...)",
    "f(, 1)": "f(_missing_, 1)",
    "f(a, )": "f(a)",
    "f(a = )": "f(a=_missing_)",
    "switch(x, a = , b = 1)": "switch(x, a=_missing_, b=1)",
    "'f'(1)": "f(1)",
    "dplyr::select(df, a)": "dplyr$select(df, a)",
    "pkg:::f": "pkg$f",
    "a$b$`c d`@e": "a$b$c d$e",
    "a$'b'": "a$b",
    "a$T": "a$T",
    "f(T = F)": "f(T=False)",
    "m$fit(x)$predict()": "m$fit(x)$predict()",
    "x[1]": "x[1]",
    "x[['a']]": "x[['a']]",
    "x[]": "x[]",
    "x[, 'a']": "x[_missing_, 'a']",
    "x[1, ]": "x[1, _missing_]",
    "x[1, , drop = FALSE]": "x[1, _missing_, drop=False]",
    "`[[`(x, 'a')": "x[['a']]",
    "`[`(x, 1, 2)": "x[1, 2]",
    "`$`(x, a)": "x$a",
    "`+`(1, x)": "<+ 1 x>",
    "purrr::pluck(x, 'a', 'b')": "x[['a']][['b']]",
    "c(a = 1, 'b', c('d'))": "vector(a=1, 'b', vector('d'))",
    "list(a = 1)": "list(a=1)",
    "f(!!!cols)": "f(*cols)",
    "f(!!x)": "f(@unquote(x))",
    "mutate(df, !!n := 1)": "mutate(df, <:= @unquote(n) 1>)",
    "!x": "<! x>",
    # operators
    "a + b + c": "<+ a b c>",
    "a - b - c": "<- <- a b> c>",
    "a & b | c": "<| <& a b> c>",
    "-x": "<- x>",
    "x %in% c('a')": "<%in% x vector('a')>",
    "1:3": "<: 1 3>",
    "y ~ . - a": "[y ~ <- . a>]",
    "~ .x + 1": "[ ~ <+ .x 1>]",
    "?help": "opaque(help)",
    # literals
    "c(1L, 1e5, 0x10, .5, 1.5, 1e999)": "vector(1, 100000, 16, 0.5, 1.5, None)",
    "c(TRUE, T, FALSE, F, NULL, NA, NA_character_, Inf, NaN)":
        "vector(True, True, False, False, None, None, None, None, None)",
    r"'C:\\data'": r"'C:\\data'",
    'r"(C:\\data)"': r"'C:\\data'",
    'R"--[a]"b]--"': "'a]\"b'",
    r"'\u00e9\x41\101\n'": repr("éAA\n"),
    "'a\"b'": "'a\"b'",
    "'é'": "'é'",
    "geb_land_é": "geb_land_é",
    # branches and loops
    "if (a) b else c": "if a {b} else {c}",
    "if (a) { b } else if (c) d": "if a {b} else {if c {d} else {}}",
    "x <- if (a) b else c": "x <- (a ? b : c)",
    "x <- if (a) { b } else { c }": "x <- (a ? b : c)",
    "x <- if (a) b": "x <- (a ? b : nothing)",
    "x <- if (a) 1 else if (b) 2 else 3": "x <- (a ? 1 : (b ? 2 : 3))",
    "x <- if (a) { y <- 1; y } else 2": "x <- {if a {y <- 1; y} else {2}}",
    "if (a) {\n b\n}\nelse {\n c\n}": "if a {b} else {c}",
    "for (i in x) { f(i); next }": "loop i in x {f(i)}",
    "while (a) b": "loop {a; b}",
    "repeat { break }": "loop {}",
    # functions
    "function(x, y = 2, ...) x": "fn(x, y=2, *...){x}",
    r"\(x) { y <- x; y }": "fn(x){y <- x; y}",
    "f <- function() {}": "f <- fn(){}",
    "function(x) if (x) return(1) else return()":
        "fn(x){if x {return 1} else {return nothing}}",
    "tryCatch({ a; b }, error = function(e) NULL)": "tryCatch({a; b}, error=fn(e){None})",
    "local({ x <- 1 })": "local({x <- 1})",
    "invisible(x)": "invisible(x)",
    # packages
    "library(dplyr)": "import dplyr *",
    "require('dplyr')": "import dplyr *",
    "library(p, character.only = TRUE)": "library(p, character.only=True)",
    "suppressMessages(library(a))": "suppressMessages({import a *})",
    "pacman::p_load(a, b)": "{import a *; import b *}",
    "box::use(dplyr[filter, n], t = tools)": (
        "{import dplyr filter; import dplyr n; import tools * as t}"
    ),
    "box::use(./lib/prep)": "{source('./lib/prep.R'); import ./lib/prep *}",
    "rm(x, 'y')": "delete x, y",
    "rm(list = ls())": "rm(list=ls())",
    # texts put together
    "glue('a_{x}_b')": "text('a_', x, '_b')",
    "glue::glue('{f(x)}', '{{y}}')": "text(f(x), '{y}')",
    "glue('{a}', a = b)": "text(b)",
    "glue('<<a>>{b}', .open = '<<', .close = '>>')": "text(a, '{b}')",
    "glue('{if (a) \"}\" else b}')": "text((a ? '}' : b))",
    "glue_sql('select {`x`*} from t', .con = con)": "text('select ', x, ' from t')",
    "glue_data(df, '{a}')": "with(df, text(a))",
    "str_interp('${a}')": "text(a)",
    "glue('{a')": "text('{a')",
    "sprintf('%s_%5.2f%%', a, b)": "text(a, '_', b, '%')",
    "sprintf('%2$s%1$s', a, b)": "text(b, a)",
    "sprintf(f, a)": "sprintf(f, a)",
    "sprintf('%s')": "sprintf('%s')",
    "paste0(a, 'x')": "paste0(a, 'x')",
}  # fmt: skip


@pytest.mark.parametrize("text", CASES)
def test_r_means(text):
    assert read(text) == CASES[text]


PIPES = {
    "x %>% f": "f(x)",
    "x %>% f()": "f(x)",
    "x |> f(a = 1)": "f(x, a=1)",
    "x %>% f(y) %>% g(z)": "g(f(x, y), z)",
    "x %>% dplyr::n()": "dplyr$n(x)",
    "x %>% dplyr::n": "dplyr$n(x)",
    "x %>% f(y, .)": "f(y, x)",
    "x |> f(data = _)": "f(data=x)",
    "g(x) %>% f(., .)": "{.pipe1_6 <- g(x); f(.pipe1_6, .pipe1_6)}",
    "g(x) %>% lm(y ~ ., data = .)": "lm([y ~ .], data=g(x))",
    "g(x) %>% f(~ . + 1)": "f(g(x), [ ~ <+ . 1>])",
    "x %>% .$a": "x$a",
    "g(x) %>% .$a$b": "g(x)$a$b",
    "x |> _$a": "x$a",
    "x %>% .[['a']]": "x[['a']]",
    "g(x) %>% .[.$a > 1, ]": "{.pipe1_6 <- g(x); .pipe1_6[<> .pipe1_6$a 1>, _missing_]}",
    "x %>% .$f(1)": "x$f(1)",
    "x %>% `[[`('a')": "x[['a']]",
    "x %>% `$`(a)": "x$a",
    "x %>% `+`(1)": "<+ x 1>",
    "x %>% extract2('a')": "x[['a']]",
    "x %>% f(.$a)": "{.pipe1_3 <- x; f(.pipe1_3, .pipe1_3$a)}",
    "g(x) %>% f(h(.))": "{.pipe1_6 <- g(x); f(.pipe1_6, h(.pipe1_6))}",
    "x %>% { f(.); .$a }": "{f(x); x$a}",
    "g(x) %>% { f(.) }": "{.pipe1_6 <- g(x); {f(.pipe1_6)}}",
    "x %>% { if (a) f(.) else . }": "{if a {f(x)} else {x}}",
    "x %>% (function(d) d$a)": "fn(d){d$a}(x)",
    r"x |> (\(d) d$a)()": "fn(d){d$a}(x)",
    "x %>% (f(y))": "f(y)(x)",
    "x %>% .": "x",
    "x %<>% f": "x <- f(x)",
    "df$a %<>% f()": "df$a <- f(df$a)",
    "x %<>% f %>% g": "x <- g(f(x))",
    "g(x) %T>% print %>% f": "{.pipe1_6 <- g(x); print(.pipe1_6); f(.pipe1_6)}",
    "x %$% table(a, b)": "with(x, table(a, b))",
    ". %>% f %>% g(1)": "fn(.){g(f(.), 1)}",
    "x %>% map(. %>% f)": "map(x, fn(.){f(.)})",
    "x %>% sapply(function(.) . + 1)": "sapply(x, fn(.){<+ . 1>})",
    "x %>% dt(.(a, b))": "dt(x, .(a, b))",
    "x %>% c('a')": "vector(x, 'a')",
    "x %>% sprintf('%s', .)": "text(x)",
    "'{a}' %>% glue()": "text(a)",
    "x %>% f(y %>% g(.))": "f(x, g(y))",
    "x %>% f(y |> g(b = _, ., 1))": "{.pipe1_3 <- x; f(.pipe1_3, g(b=y, .pipe1_3, 1))}",
    "f <- function(d) d %>% return()": "f <- fn(d){return d}",
    "x %>% f -> y": "y <- f(x)",
    "y <- x %>% f + g()": "y <- <+ f(x) g()>",
    "x %>% if (a) f else g": "(a ? f : g)",
    "x %>% filter(a) %>% glm(y ~ b, data = .)": "glm([y ~ b], data=filter(x, a))",
}


@pytest.mark.parametrize("text", PIPES)
def test_a_pipe_is_the_call_it_stands_for(text):
    assert read(text) == PIPES[text]


def lines_of(node, name: str) -> list[int]:
    """Return the lines of nodes of one kind, in their order."""
    found: list[int] = []
    if isinstance(node, tuple):
        if type(node).__name__ == name:
            found.append(node.line)
        for part in node:
            found.extend(lines_of(part, name))
    return found


SCRIPT = """# about
people <- read_csv(
  "people.csv"
) %>%
  # of age
  filter(age > 18) %>%
  mutate(
    west = land %in% c("NL",
                       "BE")
  )
model <- glm(fraud ~ west,
  data = people)
people$
  land
text <- glue("a
{x}
{f(y)}")
if (a)
  b
"""


def test_nodes_know_their_lines():
    body = read_r("a.R", SCRIPT).body
    assert [each.line for each in body] == [2, 11, 14, 15, 18]
    assert lines_of(body[0], "Call") == [7, 6, 2]
    assert lines_of(body[0], "Const") == [3, 6, 8, 9]
    assert lines_of(body[1], "Name") == [11, 11, 11, 11, 12]
    assert lines_of(body[2], "Attr") == [14]
    assert lines_of(body[3], "Name") == [15, 16, 17, 17]
    assert [(each.line, each.text) for each in read_r("a.R", SCRIPT).comments] == [
        (1, "# about"),
        (5, "# of age"),
    ]


def test_a_text_may_begin_on_another_line():
    unit = read_r("a.Rmd", "# c\nx <- f(", 10)
    assert (unit.comments[0].line, unit.hidden[0].line) == (10, 11)
    assert read_r("a.Rmd", "\nx", 10).body[0].line == 11


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("x <- 'é'".encode(), "x <- 'é'"),
        (b"\xef\xbb\xbfx <- '\xc3\xa9'", "x <- 'é'"),
        ("x <- 'é'".encode("utf-16"), "x <- 'é'"),
        ("x <- 'é\u20ac'".encode("cp1252"), "x <- 'é\u20ac'"),
        (b"x <-\x00 1\r\ny <- 2\r\n", "x <- 1; y <- 2"),
        (b"x <- 1\ry <- 2", "x <- 1; y <- 2"),
        (b"x <- 1\f\ny <- 2", "x <- 1; y <- 2"),
        (b"", ""),
    ],
    ids=["utf-8", "mark", "utf-16", "cp1252", "nul", "mac", "page", "empty"],
)
def test_every_encoding_is_read(content, expected):
    (unit,) = RReader().read("a.R", content)
    assert (shown(unit.body), unit.hidden) == (expected, ())


BROKEN = {
    "one call left open": (
        "a <- 1\nb <- f(c, d\ne <- 2\n",
        "a <- 1; b <- f(c, d); e <- 2",
        [2],
    ),
    "a function left open": (
        "f <- function(x) {\n  y <- g(x)\n\nh <- k(m)\nn <- 1\n",
        "h <- k(m)",
        [2],
    ),
    "a line of rubbish in a function": (
        "f <- function(x) {\n  a <- g(x)\n  <<< oh ))\n  h(a)\n}\nb <- 1\n",
        "f <- fn(x){a <- g(x); h(a)}; b <- 1",
        [3],
    ),
    "marks of a merge": (
        "a <- 1\n<<<<<<< HEAD\nb <- 2\n=======\nb <- 3\n>>>>>>> main\nc <- 4\n",
        "b <- 2; b <- 3",
        [2, 4, 6],
    ),
    "a step too few": (
        "a <- df %>%\n  filter(b == ) %>%\n  mutate(c = 2)\nd <- e\n",
        "d <- e",
        [2],
    ),
    "a path of Windows with one stroke": (
        'a <- read_csv("C:\\Users\\me\\m.csv")\nc <- 1\n',
        r"a <- read_csv('C:\\Users\\me\\m.csv'); c <- 1",
        [1],
    ),
    "blanks that are none": ("a <-\u00a01\nb <- 2", "a <- 1; b <- 2", [1]),
    "a text left open": ("a <- 1\nb <- 'c\nd <- 2\n", "a <- 1", [2]),
    "a bracket too many": ("a <- f(b))\nc <- 2\n", "a <- f(b); c <- 2", [1]),
    "a formula": ("f(a ~ , b\nc <- 2\nd %>% e(.)", "c <- 2; e(d)", [1]),
}


@pytest.mark.parametrize(("text", "expected", "lines"), BROKEN.values(), ids=BROKEN)
def test_what_is_whole_around_an_error_is_read(text, expected, lines):
    unit = read_r("a.R", text)
    assert expected in shown(unit.body)
    assert [each.line for each in unit.hidden] == lines
    assert {each.construct for each in unit.hidden} == {"syntax_error"}


def test_comments_stay_in_their_order_around_damage():
    unit = read_r("a.R", "# a\nx <- f(\n# b\ny <- 1 # c\n\n# d\nz <- g(1)\n")
    assert [each.line for each in unit.comments] == [1, 3, 4, 6]


def test_damage_is_told_no_thousand_times():
    text = "a <- 1\n" + "b <- ) c (\nd <- f(e)\n" * 2000
    unit = read_r("a.R", text)
    assert len(unit.hidden) == MAX_HIDDEN
    assert sum("f(e)" in shown(each) for each in unit.body) == 2000


def test_a_file_that_is_too_large_is_not_read():
    (unit,) = RReader().read("a.R", b"#" * (MAX_BYTES + 1))
    assert unit.hidden == (code.Hidden("too_large", 1),)


@pytest.mark.parametrize(
    "text",
    [
        "f(" * 3000 + "x" + ")" * 3000,
        "(" * 500 + "x" + ")" * 500,
        "{" * 3000 + "x" + "}" * 3000,
        "!" * 3000 + "x",
        "-" * 3000 + "x",
        "function(x) " * 3000 + "x",
        "x <- " * 3000 + "1",
        "x" + "[1]" * 3000,
        "x" + "$a()" * 3000,
        "if (a) " * 3000 + "x",
        "~" * 3000 + "x",
        "x ^ " * 3000 + "x",
    ],
    ids=lambda text: text[:8].strip(),
)
def test_deep_code_is_cut_off_and_told(text):
    unit = read_r("a.R", text)
    assert "deep_nesting" in shown(unit.body)
    pickle.dumps(unit)


def test_what_is_too_deep_still_has_its_names():
    unit = read_r("a.R", "f(" * 300 + "geb_land" + ")" * 300)
    assert "geb_land" in shown(unit.body)


def test_a_long_pipe_is_followed_to_its_end():
    unit = read_r("a.R", "y <- x %>%\n" + "  f(a = 1) %>%\n" * 5000 + "  g()\n")
    assert shown(unit.body).count("f(") == 5000
    assert len(unit.body[0].value.body) == 1 + 5001 // 40
    assert "deep_nesting" not in shown(unit.body)
    pickle.dumps(unit)


@pytest.mark.parametrize(
    ("op", "expected"), [("+", code.Op), ("|", code.Op), ("-", code.Op), ("~", code.Opaque)]
)
def test_a_long_row_of_operators_is_laid_flat(op, expected):
    (made,) = read_r("a.R", f" {op} ".join(f"x{n}" for n in range(20_000))).body
    if op == "~":
        return
    assert isinstance(made.value, expected)
    assert len(made.value.operands) == 20_000


def test_a_long_row_of_mixed_operators_keeps_what_flows():
    (made,) = read_r("a.R", "a" + " + b - c" * 500).body
    assert isinstance(made.value, code.Opaque)
    assert len(made.value.parts) == 1001


def test_a_formula_of_many_columns_has_them_all():
    (made,) = read_r("a.R", "y ~ " + " + ".join(f"x{n}" for n in range(400))).body
    assert isinstance(made.value, code.Formula)
    assert len(made.value.right.operands) == 400


def test_a_long_row_of_branches_stands_side_by_side():
    text = "if (a0) b0" + "".join(f" else if (a{n}) b{n}" for n in range(1, 2000)) + " else c"
    unit = read_r("a.R", text)
    assert shown(unit.body).count("if ") == 2000
    assert "{c}" not in shown(unit.body).replace("{c}", "", 1)
    pickle.dumps(unit)


def test_code_in_texts_in_code_comes_to_an_end():
    text = "x"
    for _ in range(8):
        text = "glue('{" + text.replace("\\", "\\\\").replace("'", "\\'") + "}')"
    assert "deep_nesting" in read(text)


def calls_while_reading(text):
    """How many functions are called to read a text: what it costs, on any machine."""
    calls = 0

    def count(_frame, event, _arg):
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        read_r("a.R", text)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("piece", ["f(\n", "'\n", ") x (\n", "{ x %>% f(\n"])
def test_work_grows_with_the_size_of_damage(piece):
    assert calls_while_reading(piece * 4_000) < 3 * calls_while_reading(piece * 2_000)
    read_r("a.R", piece * 12_000)


PIECES = [
    "x", ".", "_", "%>%", "|>", "%<>%", "%T>%", "%$%", "(", ")", "{", "}", "[", "]", "[[", "]]",
    "<-", "->", "=", "~", "!", "-", ",", "\n", ";", "function", "if", "else", "for", "in", "while",
    "repeat", "next", "return", "glue", "sprintf", "library", "c", "'{x}'", "'%s'", '"', "'", "`",
    "#", "$", "@", "::", ":=", "1L", "T", "...", "\\(x)", "?", "r\"(", "+", " ", "é", "\x00",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_pieces_of_r_raise(text):
    for unit in RReader().read("a.R", text.encode()):
        shown(unit.body)
        pickle.dumps(unit)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join))
def test_no_words_of_r_raise(text):
    for unit in RReader().read("a.R", text.encode()):
        shown(unit.body)


@given(st.binary(max_size=300))
def test_no_bytes_raise(content):
    for unit in RReader().read("a.R", content):
        shown(unit.body)
