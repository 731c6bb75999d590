"""``doorlicht audit`` and ``explain AU-...``, from the command line to the files they write."""

import json
import pickle
import sys
from pathlib import Path

import jsonschema
import pytest

from doorlicht.cli.main import main
from doorlicht.reports.audit_json import audit_schema
from doorlicht.reports.model_card import model_card_schema

np = pytest.importorskip("numpy")

COMPAS = Path(__file__).parents[2] / "../shared/data/audits/compas-scores-two-years.csv"


def people(rows=600):
    """Decisions in which a score counts as much as the nationality does."""
    random = np.random.default_rng(7)
    lines = ["nationality,age,score,checked,fraud"]
    for at in range(rows):
        nationality = ("Dutch", "Dutch", "Turkish", "")[at % 4] if at % 40 else "Belgian"
        score = random.random() + (0.5 if nationality == "Turkish" else 0)
        checked = int(score > 0.9)
        fraud = str(int(random.random() < 0.3)) if checked else ""
        lines.append(f"{nationality},{20 + at % 50},{score:.4f},{checked},{fraud}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOORLICHT_LANG", "en")
    (tmp_path / "decisions.csv").write_text(people(), "utf-8")
    return tmp_path


def run(*arguments):
    with pytest.raises(SystemExit) as stop:
        main([str(one) for one in arguments])
    return int(stop.value.code or 0)


def audited(folder, *arguments):
    code = run("audit", *arguments, "--json", "out.json")
    made = json.loads((folder / "out.json").read_text("utf-8"))
    jsonschema.validate(made, audit_schema())
    return code, made


def measure(made, name, group):
    return next(one for one in made["measures"] if (one["measure"], one["group"]) == (name, group))


def test_decisions_are_measured_written_and_explained(folder, capsys):
    code, made = audited(
        folder, "decisions.csv", "--selected", "checked", "--group", "nationality",
        "--outcome", "fraud",
    )  # fmt: skip
    assert code == 1
    assert made["people"] == 600
    assert {one["name"] for one in made["groups"]} == {"Dutch", "Turkish", "Belgian", "unknown"}
    ratio = measure(made, "selection_ratio", "Turkish")
    assert ratio["reference"] == "Dutch"
    assert ratio["low"] > 1.5
    assert any("Turkish is selected" in one for one in made["conclusions"])
    # Only those who were selected have an outcome.
    assert measure(made, "fpr", "Dutch")["method"] == "bounds"
    assert measure(made, "fpr", "Dutch")["value"] is None
    page = (folder / "doorlicht-audit.html").read_text("utf-8")
    assert "<svg" in page
    assert "http" not in page.replace("http-equiv", "")

    capsys.readouterr()
    assert run("explain", ratio["id"]) == 0
    told = capsys.readouterr().out
    assert "ratio of selection rate" in told
    assert "What it does not mean" in told


def test_a_threshold_on_a_score_selects_and_gives_bands(folder):
    _, made = audited(
        folder, "decisions.csv", "--score", "score", "--threshold", "0.9", "--group",
        "nationality", "--outcome", "fraud",
    )  # fmt: skip
    _, marked = audited(folder, "decisions.csv", "--selected", "checked", "--group", "nationality")
    assert measure(made, "selection_rate", "Turkish")["value"] == pytest.approx(
        measure(marked, "selection_rate", "Turkish")["value"]
    )
    assert made["bands"]
    assert measure(made, "top_10_share", "Turkish")["value"] > 0.1


def test_two_columns_of_groups_give_intersections(folder):
    _, made = audited(
        folder, "decisions.csv", "--selected", "checked", "--group", "nationality", "--group", "age"
    )
    assert {one["attribute"] for one in made["groups"]} == {
        "nationality", "age", "nationality x age",
    }  # fmt: skip


def test_a_model_is_read_scored_and_turned_over(folder):
    linear = pytest.importorskip("sklearn.linear_model")
    data = (folder / "people.csv").open("w", encoding="utf-8")
    random = np.random.default_rng(3)
    x = random.random((400, 2))
    nationality = random.integers(0, 2, 400)
    y = (x[:, 0] + nationality + random.random(400) > 1.6).astype(int)
    with data:
        data.write("income,nationality,age,fraud\n")
        for row, nat, out in zip(x, nationality, y, strict=True):
            data.write(f"{float(row[0])!r},{nat},{float(row[1])!r},{out}\n")
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv(folder / "people.csv")
    features = ["income", "nationality", "age"]
    model = linear.LogisticRegression().fit(frame[features], frame["fraud"])
    (folder / "model.pkl").write_bytes(pickle.dumps(model))

    _, made = audited(
        folder, "model.pkl", "--data", "people.csv", "--group", "nationality", "--outcome", "fraud"
    )
    expected = model.predict(frame[features])
    for value in (0, 1):
        rows = (frame["nationality"] == value).to_numpy()
        found = measure(made, "selection_rate", str(value))["value"]
        assert found == pytest.approx(expected[rows].mean(), abs=1e-12)
    origin = made["model"]["origin"]
    assert [one["name"] for one in origin] == ["nationality"]
    assert origin[0]["concept"] == "nationality"
    changed = frame[features].assign(nationality=1)
    up = int(((model.predict(changed) == 1) & (expected == 0)).sum())
    flip = next(one for one in made["model"]["flips"] if one["to"] == "1")
    assert flip["to_selected"] == up
    assert flip["mean_score"] == pytest.approx(model.predict_proba(changed)[:, 1].mean())
    ablation = made["model"]["ablations"][0]
    assert ablation["features"] == ["nationality"]
    assert ablation["auc"] > ablation["auc_without"]
    # Neither income nor age says anything of nationality here.
    assert made["model"]["proxy_power"][0]["low"] < 0.55
    assert {one["name"] for one in made["model"]["proxy_features"]} == {"income", "age"}


def test_columns_for_each_value_of_one_feature_are_set_together(folder):
    linear = pytest.importorskip("sklearn.linear_model")
    pandas = pytest.importorskip("pandas")
    random = np.random.default_rng(4)
    nationality = random.integers(0, 3, 300)
    frame = pandas.DataFrame({
        "nationality_TR": (nationality == 1).astype(int),
        "nationality_MA": (nationality == 2).astype(int),
        "income": random.random(300),
    })  # fmt: skip
    y = (frame["income"] + nationality / 2 > 1).astype(int)
    model = linear.LogisticRegression().fit(frame, y)
    (folder / "model.pkl").write_bytes(pickle.dumps(model))
    frame.assign(group=np.array(["NL", "TR", "MA"])[nationality]).to_csv("coded.csv", index=False)
    _, made = audited(folder, "model.pkl", "--data", "coded.csv", "--group", "group")
    flip = next(one for one in made["model"]["flips"] if one["to"] == "nationality_TR")
    changed = frame.assign(nationality_TR=1, nationality_MA=0)
    assert flip["mean_score"] == pytest.approx(model.predict_proba(changed)[:, 1].mean())
    assert flip["people"] == int((nationality != 1).sum())


def test_people_who_are_alike_are_compared(folder):
    lines = ["group,job,picked"]
    # Within each job both groups are picked as often; they have other jobs.
    for group, job, n, picked in (
        ("a", "x", 400, 200), ("a", "y", 100, 10), ("b", "x", 100, 50), ("b", "y", 600, 60),
    ):  # fmt: skip
        lines += [f"{group},{job},{int(at < picked)}" for at in range(n)]
    (folder / "jobs.csv").write_text("\n".join(lines) + "\n", "utf-8")
    _, made = audited(
        folder, "jobs.csv", "--selected", "picked", "--group", "group", "--explained-by", "job"
    )
    assert measure(made, "selection_ratio", "a")["low"] > 1.5
    alike = measure(made, "selection_ratio_conditional", "a")
    assert alike["value"] == pytest.approx(1)
    assert any("no more than chance" in one for one in made["conclusions"])
    assert run("explain", alike["id"]) == 0


def test_a_model_compares_people_who_are_alike_as_its_decisions_do(folder):
    linear = pytest.importorskip("sklearn.linear_model")
    pandas = pytest.importorskip("pandas")
    random = np.random.default_rng(5)
    group = np.array(["a", "b"])[random.integers(0, 2, 800)]
    job = np.where(random.random(800) < np.where(group == "a", 0.7, 0.2), "x", "y")
    frame = pandas.DataFrame({
        "is_x": (job == "x").astype(int), "noise": random.random(800), "Group": group, "job": job,
    })  # fmt: skip
    features = ["is_x", "noise"]
    y = (frame["is_x"] + random.random(800) > 1.2).astype(int)
    model = linear.LogisticRegression().fit(frame[features], y)
    (folder / "model.pkl").write_bytes(pickle.dumps(model))
    frame.assign(picked=model.predict(frame[features])).to_csv("jobs.csv", index=False)
    # The name of a column may be written in another case than the table has it.
    asked = ["--group", "group", "--explained-by", "job"]
    _, made = audited(folder, "model.pkl", "--data", "jobs.csv", *asked)
    _, decided = audited(folder, "jobs.csv", "--selected", "picked", *asked)
    names = ("measure", "group", "reference", "value", "low", "high", "method")

    def told(one):
        return [
            [measure[name] for name in names] for measure in one["measures"]
            if not measure["measure"].startswith("top_")
        ]  # fmt: skip

    assert told(made) == told(decided)
    assert "selection_ratio_conditional" in {one["measure"] for one in made["measures"]}
    assert set(decided["conclusions"]) <= set(made["conclusions"])
    # The job alone decides: that leaves a regression nothing to compare.
    adjusted = measure(made, "selection_odds_ratio_adjusted", "b")
    assert (adjusted["value"], adjusted["high"], adjusted["p_value"]) == (None, None, None)
    assert "decide the selection" in adjusted["note"]
    assert made["settings"]["explained_by"] == "job"
    # Whoever knows the job learns nothing more of the group from the column made of it.
    is_x = next(one for one in made["model"]["proxy_features"] if one["name"] == "is_x")
    assert is_x["mutual_information"] > 0.1
    assert is_x["mutual_information_among_alike"] == pytest.approx(0, abs=1e-9)


def test_a_lawful_factor_that_names_people_is_refused_for_a_model_too(folder, capsys):
    linear = pytest.importorskip("sklearn.linear_model")
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"x": np.arange(200.0), "g": ["a", "b"] * 100, "id": range(200)})
    model = linear.LogisticRegression().fit(frame[["x"]], frame["x"] > 100)
    (folder / "model.pkl").write_bytes(pickle.dumps(model))
    frame.to_csv("people.csv", index=False)
    asked = ["--data", "people.csv", "--group", "g", "--explained-by", "id"]
    assert run("audit", "model.pkl", *asked) == 65
    assert "id" in capsys.readouterr().err


@pytest.fixture
def scored(folder):
    """A model beside the people that it is used on."""
    linear = pytest.importorskip("sklearn.linear_model")
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv(folder / "decisions.csv")
    model = linear.LogisticRegression().fit(frame[["age", "score"]], frame["checked"])
    (folder / "model.pkl").write_bytes(pickle.dumps(model))
    return ["model.pkl", "--data", "decisions.csv", "--group", "nationality"]


def test_a_model_card_is_written_for_others(folder, scored, capsys):
    run("audit", *scored, "--card", "card.json", "--lang", "nl")
    assert "card.json" in capsys.readouterr().out
    card = json.loads((folder / "card.json").read_text("utf-8"))
    jsonschema.validate(card, model_card_schema())
    assert (card["language"], card["model"]["name"]) == ("nl", "model.pkl")
    assert card["measures"]
    # It is our own, so it may be written again.
    run("audit", *scored, "--card", "card.json", "--quiet")
    assert json.loads((folder / "card.json").read_text("utf-8"))["language"] == "en"
    capsys.readouterr()
    run("audit", *scored, "--card", "-")
    told = capsys.readouterr()
    assert json.loads(told.out)["id"] == card["id"]
    assert "nationality" in told.err


def test_what_is_no_model_has_no_card_and_nothing_is_written_over(folder, scored, capsys):
    asked = ["decisions.csv", "--selected", "checked", "--group", "nationality"]
    assert run("audit", *asked, "--card", "card.json") == 65
    assert "no model" in capsys.readouterr().err
    (folder / "mine.json").write_text('{"mine": 1}', "utf-8")
    assert run("audit", *scored, "--card", "mine.json") == 64
    assert (folder / "mine.json").read_text("utf-8") == '{"mine": 1}'


def test_of_a_model_that_cannot_be_read_nothing_is_said_of_its_features(folder, capsys):
    (folder / "cut.pmml").write_text('<?xml version="1.0"?><PMML version="4.4"><Header', "utf-8")
    code = run("audit", "cut.pmml", "--data", "decisions.csv", "--group", "nationality")
    assert code == 2
    for text in (capsys.readouterr().out, (folder / "doorlicht-audit.html").read_text("utf-8")):
        told = " ".join(text.split())
        assert "could not be read: whether any is about origin is not known" in told
        assert "No feature of the model is about origin" not in told


def test_what_gave_the_scores_is_told(folder, scored):
    _, made = audited(folder, *scored)
    assert made["model"]["scored_by"] == "doorlicht"
    assert len(made["details"]["model_sha256"]) == 64
    pandas = pytest.importorskip("pandas")
    near = pytest.importorskip("sklearn.neighbors").KNeighborsClassifier(metric="canberra")
    frame = pandas.read_csv(folder / "decisions.csv")
    near.fit(frame[["age", "score"]], frame["checked"])
    (folder / "model.pkl").write_bytes(pickle.dumps(near))
    _, made = audited(folder, *scored)
    assert made["model"]["scored_by"] is None
    if sys.platform == "linux":
        _, made = audited(folder, *scored, "--trust-pickle")
        assert made["model"]["scored_by"].startswith("scikit-learn ")
        rate = measure(made, "selection_rate", "Turkish")["value"]
        expected = near.predict_proba(frame[["age", "score"]])[:, 1] >= 0.5
        assert rate == pytest.approx(expected[frame["nationality"] == "Turkish"].mean())


def test_data_that_lack_features_of_the_model_say_which(folder, capsys):
    linear = pytest.importorskip("sklearn.linear_model")
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"wealth": [1.0, 2.0], "age": [3.0, 4.0]})
    model = linear.LogisticRegression().fit(frame, [0, 1])
    (folder / "model.pkl").write_bytes(pickle.dumps(model))
    assert run("audit", "model.pkl", "--data", "decisions.csv", "--group", "nationality") == 65
    assert "wealth" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--selected", "checked"], "--group"),
        (["--group", "nationality"], "--selected"),
        (["--group", "nationality", "--score", "score"], "--threshold"),
        (["--group", "nationality", "--selected", "checked", "--reference", "Dutc"], "Dutch"),
        (["--group", "score", "--selected", "checked"], "score"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_is_missing_or_wrong_is_told(capsys, arguments, words):
    assert run("audit", "decisions.csv", *arguments) == 65
    assert words in capsys.readouterr().err


def test_a_file_that_would_run_a_command_is_told_and_not_loaded(folder, capsys):
    (folder / "evil.pkl").write_bytes(b"cos\nsystem\n(S'touch ran'\ntR.")
    code = run("audit", "evil.pkl", "--data", "decisions.csv", "--group", "nationality")
    assert code & 2
    told = capsys.readouterr().out
    assert "os.system" in told or "posix.system" in told
    assert "commands or code" in told
    assert not (folder / "ran").exists()


class _Runs:
    def __reduce__(self):
        return eval, ("open('ran', 'w')",)


def test_what_a_file_would_run_is_told_though_the_data_lack_its_features(folder, capsys):
    linear = pytest.importorskip("sklearn.linear_model")
    model = linear.LogisticRegression().fit([[0.0], [1.0]] * 9, [0, 1] * 9)
    model.extra_ = _Runs()
    (folder / "model.pkl").write_bytes(pickle.dumps(model))
    asked = ["--data", "decisions.csv", "--group", "nationality"]
    assert run("audit", "model.pkl", *asked) == 65
    told = capsys.readouterr().err
    assert "lack 1 feature" in told
    assert "builtins.eval" in told
    (folder / "evil.pkl").write_bytes(b"cos\nsystem\n(S'touch ran'\ntR.")
    _, made = audited(folder, "evil.pkl", *asked)
    assert "--trust-pickle" not in " ".join(made["limits"])
    assert not (folder / "ran").exists()


def test_without_a_column_to_search_it_is_told(folder, capsys):
    (folder / "marks.csv").write_text("s\n" + "1\n0\n" * 20, "utf-8")
    assert run("audit", "marks.csv", "--without-groups", "--selected", "s") == 65
    assert "no column to search" in capsys.readouterr().err


def test_groups_of_which_few_were_selected_show_no_rate(folder, capsys):
    rows = ["a,1"] * 3 + ["a,0"] * 300 + ["b,1"] * 50 + ["b,0"] * 300
    (folder / "few.csv").write_text("g,s\n" + "\n".join(rows) + "\n", "utf-8")
    run("audit", "few.csv", "--selected", "s", "--group", "g", "--reference", "b")
    page = (folder / "doorlicht-audit.html").read_text("utf-8")
    screen = capsys.readouterr().out
    made = audited(folder, "few.csv", "--selected", "s", "--group", "g", "--reference", "b")[1]
    capsys.readouterr()
    assert run("explain", measure(made, "selection_rate", "a")["id"]) == 0
    explained = capsys.readouterr().out
    assert "0.0099" not in explained
    assert "fewer than 5" in explained
    for text in (page, screen):
        assert "0.99" not in text
        assert "14.3" in text
    # A ratio to few people gives their number away as well.
    run("audit", "few.csv", "--selected", "s", "--group", "g", "--reference", "a")
    page = (folder / "doorlicht-audit.html").read_text("utf-8")
    ratio = f"{50 / 350 / (3 / 303):.2f}"
    for text in (page, capsys.readouterr().out):
        assert ratio not in text
        assert "b is selected more often than a" in text


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("options", [["--level", "nan"], ["--threshold", "inf"]])
def test_numbers_without_end_are_refused(capsys, options):
    given = ["--group", "nationality", "--selected", "checked"]
    assert run("audit", "decisions.csv", *given, *options) == 65
    assert "no number" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_an_id_that_no_audit_has_is_told_as_that(capsys):
    run("audit", "decisions.csv", "--group", "nationality", "--selected", "checked")
    capsys.readouterr()
    assert run("explain", "AU-NOSUCH0000") == 65
    assert "no audit" in capsys.readouterr().err


def test_one_group_everybody_and_nobody(folder):
    (folder / "all.csv").write_text("g,s\n" + "a,1\n" * 30, "utf-8")
    _, made = audited(folder, "all.csv", "--selected", "s", "--group", "g")
    assert len(made["limits"]) == 3
    assert measure(made, "selection_rate", "a")["value"] == 1
    (folder / "none.csv").write_text("g,s\n" + "a,0\n" * 30 + "b,0\n" * 30, "utf-8")
    code, made = audited(folder, "none.csv", "--selected", "s", "--group", "g")
    assert code == 0
    assert measure(made, "selection_ratio", "b")["value"] is None


@pytest.mark.skipif(not COMPAS.is_file(), reason="../shared/data is not here")
def test_published_rates_come_out_to_the_printed_digit(folder):
    _, made = audited(
        folder, COMPAS, "--group", "race", "--selected", "score_text != Low", "--outcome",
        "two_year_recid",
    )  # fmt: skip
    black, white = "African-American", "Caucasian"
    assert round(100 * measure(made, "fpr", black)["value"], 2) == 44.85
    assert round(100 * measure(made, "fnr", black)["value"], 2) == 27.99
    assert round(100 * measure(made, "fpr", white)["value"], 2) == 23.45
    assert round(100 * measure(made, "fnr", white)["value"], 2) == 47.72


SHEET = "row,here,abroad\npeople,1000,500\nchecked,100,150\n"
SPEC = """\
sheet: {labels: A, columns: {here: B, abroad: C}, first_row: 2}
rounding: {base: 10, direction: nearest}
groups: {born abroad: [abroad], born here: [here]}
reference: born here
rates:
  selection_rate: {selected: ["checked"], population: ["people"]}
verdicts: {selection_rate_ratio: 2}
"""


def test_published_counts_give_ranges_and_what_holds_whatever_they_are(folder):
    (folder / "sheet.csv").write_text(
        "row,here,abroad\npeople,1000,500\nchecked,100,150\n", "utf-8"
    )
    (folder / "spec.yaml").write_text(SPEC, "utf-8")
    code, made = audited(folder, "--aggregates", "sheet.csv", "--spec", "spec.yaml")
    assert code == 1
    ratio = measure(made, "selection_ratio", "born abroad")
    assert (pytest.approx(ratio["value"]), ratio["method"]) == (3.0, "bounds")
    assert 2.6 < ratio["low"] < 3 < ratio["high"] < 3.4
    assert any("larger than 2" in one for one in made["conclusions"])
    assert run("explain", ratio["id"]) == 0


def test_a_group_that_is_part_of_what_it_is_compared_with_is_told(folder):
    (folder / "sheet.csv").write_text(
        "row,here,abroad,all\npeople,1000,500,1500\nchecked,100,150,250\n", "utf-8"
    )
    spec = SPEC.replace("abroad: C}", "abroad: C, all: D}")
    spec += "column_totals: [{total: all, parts: [here, abroad]}]\n"
    for columns, times in (("here", 0), ("all", 1), ("abroad", 1)):
        text = spec.replace("born here: [here]", f"born here: [{columns}]")
        (folder / "spec.yaml").write_text(text, "utf-8")
        _, made = audited(folder, "--aggregates", "sheet.csv", "--spec", "spec.yaml")
        assert sum("are also in born here" in one for one in made["limits"]) == times


@pytest.mark.parametrize("rate", ["selection", "selected", "selection_rate"])
@pytest.mark.parametrize(("border", "code"), [(2, 1), (3, 0), (4, 0)])
def test_each_border_is_answered_whatever_the_rate_is_called(folder, rate, border, code):
    (folder / "sheet.csv").write_text(SHEET, "utf-8")
    name = "selection_ratio" if rate.startswith("selection") else f"{rate}_ratio"
    spec = SPEC.replace("  selection_rate:", f"  {rate}:")
    spec = spec.replace("selection_rate_ratio: 2", f"{name}: {border}")
    (folder / "spec.yaml").write_text(spec, "utf-8")
    ended, made = audited(folder, "--aggregates", "sheet.csv", "--spec", "spec.yaml")
    assert ended == code
    assert len(made["conclusions"]) == 1


def test_published_counts_that_contradict_themselves_say_where(folder):
    (folder / "sheet.csv").write_text(SHEET + "unchecked,500,350\n", "utf-8")
    (folder / "spec.yaml").write_text(
        SPEC + "row_totals:\n  - {total: people, parts: [checked, unchecked]}\n", "utf-8"
    )
    code, made = audited(folder, "--aggregates", "sheet.csv", "--spec", "spec.yaml")
    assert code == 1
    assert made["measures"] == []
    assert any("people" in one and "here" in one for one in made["limits"])


def test_published_figures_are_recomputed(folder):
    (folder / "figures.csv").write_text(
        "figure,measure,printed,tp,fp,fn,tn\n"
        "a,fpr,7.1%,40,10,20,130\nb,fpr,20%,40,10,20,130\nc,fdr,20%,40,10,20,130\n", "utf-8"
    )  # fmt: skip
    code, made = audited(folder, "--published", "figures.csv")
    assert code == 1
    assert [one["verdict"] for one in made["figures"]] == ["holds", "impossible", "holds"]
    assert made["figures"][1]["meant"] == "fdr"
    assert "they do as false discovery rate" in (folder / "doorlicht-audit.html").read_text("utf-8")


def test_a_spec_is_drafted_for_a_sheet(folder):
    (folder / "sheet.csv").write_text(
        "row,here,abroad\npeople,1000,500\nchecked,100,150\n", "utf-8"
    )
    assert run("audit", "--aggregates", "sheet.csv", "--draft", "draft.yaml") == 0
    assert "rounding:" in (folder / "draft.yaml").read_text("utf-8")


def test_without_groups_a_subgroup_is_found_and_asked_about(folder):
    random = np.random.default_rng(11)
    lines = ["district,rooms,picked,fraud"]
    for _ in range(4_000):
        district, rooms = ("north", "south", "east")[random.integers(3)], random.integers(1, 5)
        is_hit = district == "south" and rooms >= 3
        picked = int(random.random() < (0.4 if is_hit else 0.1))
        lines.append(f"{district},{rooms},{picked},{int(random.random() < 0.5) if picked else ''}")
    (folder / "people.csv").write_text("\n".join(lines) + "\n", "utf-8")
    code, made = audited(
        folder, "people.csv", "--without-groups", "--selected", "picked", "--outcome", "fraud"
    )
    assert code == 1
    assert any("district = south" in one and one.endswith("Why?") for one in made["conclusions"])
    again = audited(
        folder, "people.csv", "--without-groups", "--selected", "picked", "--outcome", "fraud"
    )[1]
    assert again["measures"] == made["measures"]


@pytest.mark.parametrize("option", ["--json", "--report", "--register", "--plots", "--draft"])
@pytest.mark.parametrize("place", ["none/x", "/proc/x"])
def test_what_cannot_be_written_is_told_before_anything_is_read(folder, capsys, option, place):
    asked = ["--selected", "checked", "--group", "nationality", option, place]
    # The table is not there either: that would be told first if it were looked for first.
    assert run("audit", "nothing.csv", *asked) in {64, 65}
    told = capsys.readouterr().err
    assert place in told
    assert "nothing.csv" not in told
    assert not (folder / "none").exists()


def test_an_audit_that_fails_leaves_no_register(folder):
    assert run("audit", "decisions.csv", "--selected", "checked", "--group", "nothing") == 65
    assert [one.name for one in folder.iterdir()] == ["decisions.csv"]


def test_rows_of_which_it_is_not_known_whose_they_are_are_counted_and_told(folder):
    rows = ["a,1,p1", "a,0,", "b,1,p1", "b,0,"]
    (folder / "ids.csv").write_text("g,s,id\n" + "\n".join(rows * 5) + "\n", "utf-8")
    asked = ["--selected", "s", "--group", "g", "--person", "id"]
    _, made = audited(folder, "ids.csv", *asked)
    assert made["people"] == 20
    limits = " ".join(made["limits"])
    assert "9 rows are of somebody who was counted before" in limits
    assert '10 rows have no value in "id"' in limits


def test_rates_that_give_few_outcomes_away_are_in_the_file_alone(folder, capsys):
    few = ["few,1,1"] * 6 + ["few,1,0"] * 2 + ["few,0,1"] * 9 + ["few,0,0"] * 40
    many = ["many,1,1"] * 60 + ["many,1,0"] * 60 + ["many,0,1"] * 30 + ["many,0,0"] * 300
    (folder / "few.csv").write_text("g,s,o\n" + "\n".join(few + many) + "\n", "utf-8")
    _, made = audited(folder, "few.csv", "--selected", "s", "--group", "g", "--outcome", "o")
    capsys.readouterr()
    page = (folder / "doorlicht-audit.html").read_text("utf-8")
    for name in ("precision", "fdr", "fpr", "fnr", "npv", "for", "fdr_ratio", "fnr_difference"):
        one = measure(made, name, "few")
        assert one["value"] is not None
        assert one["id"] not in page
        assert run("explain", one["id"]) == 0
        told = capsys.readouterr().out
        assert "fewer than 5 people" in told
        assert f"{one['value']:.6g}" not in told
    for one in (measure(made, "fdr", "many"), measure(made, "selection_ratio", "few")):
        assert one["id"] in page
    # How sure a difference is may be told, and how large it is not.
    said = [one for one in made["conclusions"] if "false discovery" in one]
    assert not any("times" in one for one in said)


@pytest.mark.parametrize("how", [["--group", "g"], ["--without-groups"]])
def test_rows_that_do_not_fit_are_told_and_in_no_number(folder, how):
    rows = ["a,1,x", "b,0,y"] * 100 + ["a,0,x,z"] * 60
    (folder / "ragged.csv").write_text("g,s,t\n" + "\n".join(rows) + "\n", "utf-8")
    code, made = audited(folder, "ragged.csv", "--selected", "s", *how)
    assert code == 3
    assert made["people"] == 200
    assert "60 rows do not fit" in " ".join(one["message"] for one in made["blind_spots"])
