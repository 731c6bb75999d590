"""Programs of SAS as operations on tables, in tables of cases."""
# ruff: noqa: E501 (a case on one line reads as a table)

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorlicht.lineage.readers.sas import SasReader, macros_of
from doorlicht.records.code import (
    Arg,
    Assign,
    Attr,
    Call,
    Choice,
    CodeUnit,
    Const,
    Dict,
    Do,
    Expr,
    Missing,
    Name,
    Op,
    Opaque,
    Seq,
    Stmt,
)


def spell(node: Expr | Stmt | Arg | None) -> str:
    """Return a node as text: ``a = @keep(b, [c])``."""
    match node:
        case Const(value):
            return repr(value)
        case Name(name):
            return name
        case Attr(base, name):
            return f"{spell(base)}.{name}"
        case Arg(name, value):
            return spell(value) if name is None else f"{name}={spell(value)}"
        case Call(func, args):
            return f"{spell(func)}({', '.join(spell(arg) for arg in args)})"
        case Op(op, operands):
            if len(operands) == 1:
                return f"{op} {spell(operands[0])}"
            return "(" + f" {op} ".join(spell(each) for each in operands) + ")"
        case Seq(items):
            return f"[{', '.join(spell(item) for item in items)}]"
        case Dict(pairs):
            inside = ", ".join(f"{spell(key)}: {spell(value)}" for key, value in pairs)
            return "{" + inside + "}"
        case Choice(test, yes, no):
            return f"if {spell(test)} then {spell(yes)} else {spell(no)}"
        case Opaque(parts):
            return f"?({', '.join(spell(part) for part in parts)})"
        case Assign(targets, value):
            return f"{', '.join(spell(target) for target in targets)} = {spell(value)}"
        case Do(value):
            return spell(value)
        case None | Missing():
            return "none"
        case _:
            return type(node).__name__


def read(text: str | bytes) -> CodeUnit:
    (unit,) = SasReader().read("a.sas", text.encode() if isinstance(text, str) else text)
    return unit


def lines(text: str) -> list[str]:
    """The translation; the variable of a DATA step is called ``step``."""
    return [
        spell(each).replace("data.1.1", "step").replace("model.1.1", "held")
        for each in read(text).body
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "data a; set bron.P;", ["step = @read('bron.p')", "work.a = step"], id="set"
        ),
        pytest.param(
            "data a; set b c;", ["step = @stack(@read('work.b'), @read('work.c'))", "work.a = step"], id="set-two"
        ),
        pytest.param(
            "data a; merge b c; by id;",
            ["step = @merge(@read('work.b'), @read('work.c'), by=['id'])", "work.a = step"],
            id="merge",
        ),
        pytest.param(
            "data a; set b(keep=x Nat rename=(nat=n) where=(x>1));",
            ["step = @filter(@rename(@keep(@read('work.b'), ['x', 'nat']), {'n': 'nat'}), (x > 1))", "work.a = step"],
            id="options-of-input",
        ),
        pytest.param(
            "data a(drop=x); set b; keep y; rename y=z;",
            ["step = @read('work.b')", "work.a = @drop(@rename(@keep(step, ['y']), {'z': 'y'}), ['x'])"],
            id="options-of-output",
        ),
        pytest.param(
            "data a; set b; where nat = 'x';",
            ["step = @read('work.b')", "step = @filter(step, (nat == 'x'))", "work.a = step"],
            id="where",
        ),
        pytest.param(
            "data a; set b(in=i); if i; if age > 3;",
            ["step = @read('work.b')", "step = @filter(step, 1)", "step = @filter(step, (age > 3))", "work.a = step"],
            id="subsetting-if",
        ),
        pytest.param(
            "data a; set b; if nat ne 1 then w=1; else w=0;",
            ["step = @read('work.b')",
             "step = @derive(step, {'w': if (nat != 1) then 1 else none})",
             "step = @derive(step, {'w': if not (nat != 1) then 0 else w})", "work.a = step"],
            id="if-else",
        ),
        pytest.param(
            "data a; set b; s = 1; if nat=1 then do; if x then s = 2; end;",
            ["step = @read('work.b')", "step = @derive(step, {'s': 1})",
             "step = @derive(step, {'s': if ((nat == 1) and x) then 2 else s})", "work.a = step"],
            id="override-in-blocks",
        ),
        pytest.param(
            "data a; set b; select (nat); when ('x', 'y') g=1; otherwise g=2; end;",
            ["step = @read('work.b')",
             "step = @derive(step, {'g': if ((nat == 'x') or (nat == 'y')) then 1 else none})",
             "step = @derive(step, {'g': if not ((nat == 'x') or (nat == 'y')) then 2 else g})", "work.a = step"],
            id="select-when",
        ),
        pytest.param(
            "data a; set b; if nat=1 then delete;",
            ["step = @read('work.b')", "step = @filter(step, not (nat == 1))", "work.a = step"],
            id="delete",
        ),
        pytest.param(
            "data a c; set b; if nat=1 then output a; else output c;",
            ["step = @read('work.b')", "step.work.a = @filter(step, (nat == 1))",
             "step.work.c = @filter(step, not (nat == 1))", "work.a = step.work.a", "work.c = step.work.c"],
            id="output-to-several",
        ),
        pytest.param(
            "data a; set b; array v{*} x1-x2; do i=1 to 2; v{i}=nat; end;",
            ["step = @read('work.b')", "step = @derive(step, {'x1': nat})",
             "step = @derive(step, {'x2': nat})", "work.a = step"],
            id="array",
        ),
        pytest.param(
            "data a; set b; n + 1; x = put(nat, $land.) || substr(y, 1, 2);",
            ["step = @read('work.b')", "step = @derive(step, {'n': (n + 1)})",
             "step = @derive(step, {'x': (put(nat) + substr(y, 1, 2))})", "work.a = step"],
            id="sums-and-functions",
        ),
        pytest.param(
            "data a; infile 'p.csv' dlm=','; input id nat $ geb date9. @20 land $3.;",
            ["step = @keep(@read('p.csv'), ['id', 'nat', 'geb', 'land'])", "work.a = step"],
            id="infile",
        ),
        pytest.param(
            "data a; input nat $; datalines;\nset c;x\n;\ndata b; set a;",
            ["step = @keep(@read('datalines'), ['nat'])", "work.a = step", "data.4.2 = work.a", "work.b = data.4.2"],
            id="datalines",
        ),
        pytest.param(
            "data a; set b; declare hash h(dataset:'bron.k'); h.definekey('id'); h.definedone();",
            ["step = @read('work.b')", "step = @merge(step, @read('bron.k'), by=['id'])", "work.a = step"],
            id="hash",
        ),
        pytest.param(
            "data bron.a; set b;",
            ["step = @read('work.b')", "bron.a = step", "@write(bron.a, 'bron.a')"],
            id="permanent",
        ),
        pytest.param(
            "libname L 'c:\\x'; data l.a; set b;",
            ["step = @read('work.b')", "l.a = step", "@write(l.a, 'l.a')", "@write(l.a, 'c:/x/a.sas7bdat')"],
            id="library-with-a-path",
        ),
        pytest.param(
            "data _null_; set b; file 'o.txt'; put id nat;",
            ["step = @read('work.b')", "@write(@keep(step, ['id', 'nat']), 'o.txt')"],
            id="text-file",
        ),
        pytest.param("data a; x = 1; /* c */ * set b;", ["step = @stack()", "step = @derive(step, {'x': 1})", "work.a = step"], id="comments"),
    ],
)  # fmt: skip
def test_data_steps_become_operations_on_tables(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


FIT = "logistic.y = @fit(@read('work.t'), features=['a', 'b'], target='y'"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "proc logistic data=t; class b; model y(event='1') = a b a*b / link=logit;",
            [FIT + ", algorithm='PROC LOGISTIC', name='logistic_y')"],
            id="logistic",
        ),
        pytest.param(
            "proc logistic data=t; model y = a b / selection=stepwise; weight w;",
            [FIT + ", weights=['w'], algorithm='PROC LOGISTIC', name='logistic_y', selection='stepwise')"],
            id="selection-and-weights",
        ),
        pytest.param(
            "proc logistic data=t outmodel=m; model y = a; score data=n out=s;",
            ["work.m = @fit(@read('work.t'), features=['a'], target='y', algorithm='PROC LOGISTIC', name='logistic_y')",
             "work.s = @score(work.m, @read('work.n'), out='p_1')"],
            id="score",
        ),
        pytest.param(
            "proc reg data=t; where x=1; model y = a; output out=o p=pred;",
            ["reg.y = @fit(@filter(@read('work.t'), (x == 1)), features=['a'], target='y', algorithm='PROC REG', name='reg_y')",
             "work.o = @score(reg.y, @filter(@read('work.t'), (x == 1)), out='pred')"],
            id="output",
        ),
        pytest.param(
            "proc phreg data=t; model tijd*status(0) = a;",
            ["phreg.status = @fit(@read('work.t'), features=['a'], target='status', algorithm='PROC PHREG', name='phreg_status')"],
            id="survival",
        ),
        pytest.param(
            "proc hpforest data=t; target y / level=binary; input a b / level=nominal; save file='m.bin';\n"
            "proc hp4score data=n; score file='m.bin' out=s;",
            ["hpforest.y = @fit(@read('work.t'), features=['a', 'b'], target='y', algorithm='PROC HPFOREST', name='hpforest_y')",
             "@write(hpforest.y, 'm.bin')",
             "work.s = @score(hpforest.y, @read('work.n'), out='p_1')"],
            id="forest",
        ),
        pytest.param(
            "proc glmselect data=t; model y = a; code file='s.sas'; run; data o; set n; %include 's.sas';",
            ["glmselect.y = @fit(@read('work.t'), features=['a'], target='y', algorithm='PROC GLMSELECT', name='glmselect_y', selection='stepwise')",
             "@write(glmselect.y, 's.sas')", "data.1.1 = @read('work.n')".replace("data.1.1", "step"),
             "step = @score(glmselect.y, step)", "work.o = step"],
            id="scoring-code",
        ),
        pytest.param(
            "proc logistic data=t; model y = a; store bron.m; run; proc plm restore=bron.m; score data=n out=s predicted=p;",
            ["bron.m = @fit(@read('work.t'), features=['a'], target='y', algorithm='PROC LOGISTIC', name='logistic_y')",
             "@write(bron.m, 'bron.m')", "work.s = @score(bron.m, @read('work.n'), out='p')"],
            id="store-and-plm",
        ),
        pytest.param(
            "proc logistic inmodel=bron.m; score data=n out=s;",
            ["held = @read('bron.m')", "work.s = @score(held, @read('work.n'), out='p_1')"],
            id="model-from-elsewhere",
        ),
        pytest.param(
            "proc discrim data=t; class y; var a b;",
            ["discrim.y = @fit(@read('work.t'), features=['a', 'b'], target='y', algorithm='PROC DISCRIM', name='discrim_y')"],
            id="discrim",
        ),
    ],
)  # fmt: skip
def test_modelling_procedures_fit_and_score(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("proc import datafile='a.csv' out=a dbms=csv; run;", ["work.a = @read('a.csv')"]),
        ("proc export data=a outfile='b.csv' dbms=csv;", ["@write(@read('work.a'), 'b.csv')"]),
        ("proc sort data=a out=b; by id;", ["@keep(@read('work.a'), ['id'])", "work.b = @read('work.a')"]),
        (
            "proc means data=a; class nat; var x; output out=b mean=m;",
            ["work.b = @derive(@aggregate(@read('work.a'), by=['nat'], columns=['x']), {'m': x})"],
        ),
        (
            "proc means data=a; output out=b mean(x y)=mx my sum(x)=sx;",
            ["work.b = @derive(@aggregate(@read('work.a'), by=[]), {'mx': x, 'my': y, 'sx': x})"],
        ),
        ("proc freq data=a; tables nat*y / out=b;", ["work.b = @aggregate(@read('work.a'), by=['nat', 'y'])"]),
        (
            "proc transpose data=a out=b prefix=k_; by id; id soort; var w;",
            ["work.b = @pivot(@read('work.a'), by=['id'], names=['soort'], values=['w'], prefix='k_')"],
        ),
        ("proc append base=bron.a data=b;", ["bron.a = @read('work.b')", "@write(bron.a, 'bron.a')"]),
        ("proc rank data=a out=b; var x; ranks r;", ["@keep(@read('work.a'), ['x'])", "work.b = @derive(@read('work.a'), {'r': x})"]),
        ("proc datasets lib=work; change a=b; quit;", ["work.b = @read('work.a')"]),
        ("%include 'x/y.sas';", ["@include('x/y.sas')"]),
    ],
)  # fmt: skip
def test_other_procedures_move_and_gather(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("create table A as select Nat from bron.P", "work.a = @sql('create table work.a as select nat from bron.p')"),
        ("select a from b, c where x eq \"y\"", "@sql(\"select a from work.b, work.c where x = 'y'\")"),
        ("select calculated z as q from b", "@sql('select z as q from work.b')"),
        ("select a label='x' format=8.2, b from c", "@sql('select a, b from work.c')"),
        ("select a from b(where=(nat ne 1) keep=a)", "@sql('select a from ( select * from work.b where ( nat <> 1 ) )')"),
        ("select put(a, $land.) as b from c where d in (1 2)", "@sql('select put (a) as b from work.c where d in ( 1 , 2 )')"),
        ("select a into :m separated by ' ' from b", "@sql('select a from work.b')"),
        ("select a from b where c is missing and d = .", "@sql('select a from work.b where c is null and d = null')"),
        ("create table a as select * from connection to o (select x from y)", "work.a = @sql('create table work.a as select * from (select x from work.y)')"),
    ],
)  # fmt: skip
def test_proc_sql_is_rewritten_as_sql(text: str, expected: str) -> None:
    (found,) = lines(f"proc sql; {text}; quit;")
    assert found.replace(" (", "(").replace("( ", "(").replace(" )", ")") == expected.replace(
        " (", "("
    ).replace("( ", "(").replace(" )", ")")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%let j=2020; data a; set &lib..x_&j; run;", "step = @read('\ufffc.x_2020')"),
        ("%let l=bron; data a; set &L..x; run;", "step = @read('bron.x')"),
        ("%macro m(d, v=x); data a; set &d(keep=&v); run; %mend; %m(p, v=a b)", "step = @keep(@read('work.p'), ['a', 'b'])"),
        ("%macro m(d); data a; set &d; run; %mend;", "step = @read('work.\ufffc')"),
        ("%macro m; data a; set b; %do i=1 %to 2; x&i = y&i; %end; run; %mend; %m", "step = @derive(step, {'x2': y2})"),
        ("%let v=a b; %macro m; data a; set b; %do i=1 %to %sysfunc(countw(&v)); z_%scan(&v,&i)=1; %end; run; %mend; %m;", "step = @derive(step, {'z_b': 1})"),
        ("%macro m(t); data a; %if &t=1 %then %do; set b; %end; %else %do; set c; %end; run; %mend; %m(2)", "step = @read('work.c')"),
        ("%macro m; %m %mend; %m", None),
        ("%let x=1; proc print data=a(obs=&x); var \"&x\"n; run;", None),
    ],
)  # fmt: skip
def test_macros_are_worked_out(text: str, expected: str | None) -> None:
    found = lines(text)
    if expected is not None:
        assert expected in found


def test_macros_of_another_file_can_be_handed_over() -> None:
    shared = macros_of(b"%macro prep(uit);\n data &uit; set bron.p; run; %mend;")
    (unit,) = SasReader().read("b.sas", b"%prep(x)", shared)
    assert "work.x" in spell(unit.body[-1])
    assert not unit.hidden


def test_names_keep_the_line_on_which_they_are_spelled() -> None:
    unit = read("%let v =\n  nat\n  age;\nproc logistic data=t;\n  model y = &v\n b;\nrun;\n")
    (fit,) = (each for each in unit.body if isinstance(each, Assign) and "@fit" in spell(each))
    assert fit.line == 4
    assert isinstance(fit.value, Call)
    features = fit.value.args[1].value
    assert isinstance(features, Seq)
    assert [arg.value for arg in features.items] == [
        Const("nat", 2),
        Const("age", 3),
        Const("b", 6),
    ]


@pytest.mark.parametrize(
    ("text", "construct"),
    [
        ("data _null_; set a; call symputx('x', nat); run;", "macro_variable"),
        ("data _null_; set a; call execute(x); run;", "dynamic_code"),
        ("proc sql; select nat into :v from a; quit;", "macro_variable"),
        ("proc wonder data=a out=b; run;", "sas_procedure"),
        ("proc iml; x = 1; quit;", "sas_procedure"),
        ("%unknown(data=a)", "macro"),
        ("proc print data=a; run;", None),
        ("proc format; value $l '1'='x'; run;", None),
        ("options nodate; title 'x'; ods html;", None),
    ],
)
def test_what_cannot_be_followed_is_told(text: str, construct: str | None) -> None:
    assert [each.construct for each in read(text).hidden] == ([construct] if construct else [])


def test_comments_are_kept_and_old_encodings_read() -> None:
    unit = read("* België's nat;\ndata a; /* x */\n set b; run; %* y;".encode("cp1252"))
    assert [(each.text, each.line) for each in unit.comments] == [
        ("* België's nat;", 1),
        ("/* x */", 2),
        ("%* y;", 3),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000,
        "data a; x = " + "(" * 5000 + ";",
        "data a; x = " + "f(" * 3000 + ";",
        "data a; x = " + "- " * 5000 + "1;",
        "data a; " + "if x then " * 3000 + "y=1;",
        "data a; " + "do; " * 3000,
        "%macro a; %b %b %mend; %macro b; %a %a %mend; %a",
        "%macro m; %do i=1 %to 999999999; x %end; %mend; %m",
        "%let a=&b; %let b=&a; &a",
        "%let a=x x x x x x x x x x; " + "%let a=&a &a &a &a &a; " * 30 + "&a",
        "%if " * 3000,
        "'" * 4001,
        "x" * (9 << 20),
    ],
    ids=range(13),
)
def test_odd_programs_end_in_time(text: str) -> None:
    read(text)


_WORDS = st.sampled_from(
    "data proc sql logistic model set merge by if then else do end ; ; = ( ) , . a b.c &v &&v&i %let "  # noqa: SIM905
    "%macro %mend %if %then %do %end %to %m %scan( %str( 'x' \" * /* */ 1 in select when output run where "
    "datalines array { } $ create table as from into : \n include %include keep= rename=( score out=".split(
        " "
    )
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_WORDS, max_size=40).map(" ".join))
def test_no_program_raises(text: str) -> None:
    read(text)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_raise(content: bytes) -> None:
    read(content)
