"""What every loader of models must hold to, ours and those of plugin writers."""

import numpy as np
import pytest

from doorlicht.plugins import ModelLimits, ModelLoader, find_plugins
from doorlicht.records import ModelArtefact

GROUP = "doorlicht.model_loaders"
FOUND, FAILED = find_plugins(GROUP)

ODD = {
    "nothing": b"",
    "one-byte": b"\x80",
    "zeros": bytes(5_000),
    "noise": np.random.default_rng(1).bytes(5_000),
    "text": b"Jansen woont in Utrecht\n" * 200,
    "json": b'{"learner": {}, "features_info": {"float_features": []}}',
    "xml": b"<?xml version='1.0'?><a/>",
    "zip": b"PK\x03\x04" + bytes(60),
    "deep": b"[" * 50_000,
}


def test_every_loader_can_be_loaded():
    assert FAILED == []
    assert FOUND


@pytest.mark.parametrize("name", sorted(FOUND))
def test_a_loader_says_what_it_is_called_and_keeps_to_its_contract(name):
    loader = FOUND[name]()
    assert isinstance(loader, ModelLoader)
    assert loader.name == name
    assert FOUND[name].__doc__


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", sorted(FOUND))
def test_whatever_a_file_holds_it_is_told_and_never_raised(name, odd):
    loader = FOUND[name]()
    loader.recognises("model.bin", ODD[odd])
    artefact = loader.open("model.bin", ODD[odd], ModelLimits())
    assert isinstance(artefact, ModelArtefact)
    assert artefact.scoring is None
    assert artefact.blind_spots
    assert "Jansen" not in repr(artefact)


@pytest.mark.parametrize("odd", [name for name in ODD if name not in {"json", "zip", "one-byte"}])
@pytest.mark.parametrize("name", sorted(FOUND))
def test_what_is_of_another_kind_is_not_recognised_by_its_content(name, odd):
    assert not FOUND[name]().recognises("model.bin", ODD[odd])
