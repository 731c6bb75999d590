"""Code that is written otherwise and does the same has the same flows."""

import shutil
from collections import Counter

import pytest
from tests.code_corpus import projects, trace_project
from tests.code_rewriting import REWRITINGS, lines_above, windows_line_ends


def shape(result):
    return (
        Counter((flow.concept, flow.feature.lower(), flow.verdict) for flow in result.flows),
        Counter(model.algorithm for model in result.models),
    )


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    """Each project without its labels, with its trace."""
    found = {}
    for folder in projects():
        copy = tmp_path_factory.mktemp("original") / folder.name
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("expected.yaml"))
        found[folder.name] = (copy, trace_project(copy))
    return found


@pytest.mark.long
@pytest.mark.parametrize("rewrite", REWRITINGS, ids=lambda rewrite: rewrite.__name__)
def test_what_is_written_otherwise_has_the_same_flows(rewrite, originals, tmp_path):
    changed, tried = {}, 0
    for name, (folder, before) in originals.items():
        copy = tmp_path / name
        shutil.copytree(folder, copy)
        if not rewrite(copy):
            continue
        tried += 1
        after = trace_project(copy)
        if shape(after) != shape(before):
            changed[name] = (shape(before), shape(after))
        if rewrite in (lines_above, windows_line_ends):
            assert {flow.id for flow in after.flows} == {flow.id for flow in before.flows}, name
    assert tried > 3
    assert changed == {}
