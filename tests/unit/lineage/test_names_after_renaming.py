"""Columns under names that code puts together or that values give them."""

from __future__ import annotations

from pathlib import Path

import pytest

from doorlicht.runs.trace import trace
from doorlicht.runs.trace_request import TraceRequest

R_MODEL = """
d <- read.csv("p.csv")
{code}
m <- glm(y ~ ., data = d %>% select(y, a_nationaliteit), family = binomial)
"""

R_WIDE = """
e <- read.csv("p.csv")
d <- {code}
m <- glm(y ~ ., data = d[, c("y", "Marokko")], family = binomial)
"""

PANDAS_WIDE = """
import pandas as pd
from sklearn.linear_model import LogisticRegression
e = pd.read_csv("p.csv")
d = {code}
m = LogisticRegression().fit(d[["Marokko"]], y)
"""

CHOSEN = "d <- d %>% select(y, nationaliteit)"


def found(folder: Path, name: str, text: str) -> set[tuple[str, str, str, str]]:
    (folder / name).write_text(text, encoding="utf-8")
    return {
        (flow.verdict, flow.source.dataset, flow.source.column, flow.feature)
        for flow in trace(TraceRequest([folder], by="test")).result.flows
    }


@pytest.mark.parametrize(
    "code",
    [
        f'{CHOSEN} %>% rename_at(vars(-one_of("y")), ~ paste0("a", "_", .))',
        f'{CHOSEN} %>% rename_at(vars(-y), function(x) paste0("a_", x))',
        f'{CHOSEN} %>% rename_at(vars(-y), funs(paste0("a_", .)))',
        f'{CHOSEN} %>% rename_at(vars(nationaliteit), list(~ paste0("a_", .)))',
        f'{CHOSEN} %>% rename_with(~ paste0("a_", .x), -y)',
        f'{CHOSEN} %>% set_names(c("y", paste0("a_", names(.)[-1])))',
        f'{CHOSEN}\nnames(d)[-1] <- paste("a", names(d)[-1], sep = "_")',
        'f <- function(df, prefix, but = "y") {\n'
        "  colnames(df)[!colnames(df) %in% but] <-"
        ' paste0(prefix, "_", colnames(df)[!colnames(df) %in% but])\n  df\n}\n'
        f'{CHOSEN} %>% f("a")',
        'd <- d %>% rename_at(vars(-y), ~ paste0("a_", .))',
    ],
)
def test_some_columns_get_a_prefix(tmp_path: Path, code: str) -> None:
    assert found(tmp_path, "j.R", R_MODEL.replace("{code}", code)) == {
        ("used", "p.csv", "nationaliteit", "a_nationaliteit")
    }


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("j.R", "e %>% count(id, nationaliteit) %>% spread(nationaliteit, n, fill = 0)"),
        ("j.R", "e %>% pivot_wider(names_from = nationaliteit, values_from = n)"),
        ("j.R", "dcast(e, id ~ nationaliteit)"),
        ("j.py", 'e.pivot_table(index="id", columns="nationaliteit", values="n")'),
        ("j.py", 'e.groupby(["id", "nationaliteit"]).size().unstack(fill_value=0)'),
    ],
)
def test_a_value_becomes_the_name_of_a_feature(tmp_path: Path, name: str, code: str) -> None:
    text = R_WIDE if name == "j.R" else PANDAS_WIDE
    assert ("used", "p.csv", "nationaliteit", "Marokko") in found(
        tmp_path, name, text.format(code=code)
    )


@pytest.mark.parametrize(
    "code",
    [
        'e %>% mutate(k = paste("eig", tolower(soort), waarde, sep = "_")) %>% group_by(id, k) %>%'
        " summarise(n = n()) %>% spread(k, n, fill = 0)",
        'e %>% mutate(k = paste0("eig_", soort)) %>% pivot_wider(names_from = k, values_from = n)',
        'e %>% pivot_wider(names_from = c(soort, waarde), values_from = n, names_prefix = "eig_")',
    ],
)
def test_only_a_value_tells_that_it_is_of_origin(tmp_path: Path, code: str) -> None:
    text = R_WIDE.replace("Marokko", "eig_spreektaal_arabisch").replace("{code}", code)
    name = "eig_spreektaal_arabisch"
    assert found(tmp_path, "j.R", text) == {("used", "p.csv", name, name)}


def test_a_column_of_the_table_is_no_value(tmp_path: Path) -> None:
    code = "e %>% pivot_wider(names_from = nationaliteit, values_from = n)"
    text = R_WIDE.replace("Marokko", "income").replace("{code}", code)
    assert not {flow for flow in found(tmp_path, "j.R", text) if flow[0] == "used"}


def test_scripts_of_a_folder_on_another_machine_are_sourced(tmp_path: Path) -> None:
    for folder in ("steps", "functions"):
        (tmp_path / folder).mkdir()
    (tmp_path / "steps/s_1.R").write_text(
        'd <- read.csv("p.csv")\nd$k <- d$nationaliteit != 1\n', encoding="utf-8"
    )
    (tmp_path / "steps/other.R").write_text("d$k <- 0\n", encoding="utf-8")
    main = (
        'for (f in list.files("//server/share/x/steps", pattern = "^s_", full.names = TRUE))'
        " source(f)\nm <- glm(y ~ k, data = d)\n"
    )
    assert found(tmp_path, "main.R", main) == {("used", "p.csv", "nationaliteit", "k")}
