"""Of a text with HTML, what a reader sees is counted, however odd the HTML is."""

import pytest

from doorlicht.publication.plain_text import plain_text, readable, tags_in


@pytest.mark.parametrize(
    ("text", "plain", "tags"),
    [
        pytest.param("als a < b en b > c", "als a < b en b > c", [], id="signs-of-sums"),
        pytest.param("a<3 en c>4", "a<3 en c>4", [], id="a-number-is-no-tag"),
        pytest.param("<b>vet</b>", "vet", ["b"], id="a-tag"),
        pytest.param("<P CLASS='x'>a</P>", "a", ["p"], id="capitals-and-attributes"),
        pytest.param("een<br/>twee", "eentwee", ["br"], id="closed-in-itself"),
        pytest.param("<x:y onload=z>a", "a", ["x:y"], id="a-name-with-a-colon"),
        pytest.param("a<!-- <b>weg</b> -->b", "ab", [], id="a-comment"),
        pytest.param("a<!-- zonder eind", "a<!-- zonder eind", [], id="a-comment-without-end"),
        pytest.param("<!DOCTYPE html>a<?php b?>", "a", [], id="what-is-no-element"),
        pytest.param("a<script>b</SCRIPT >c", "ac", ["script"], id="a-script-is-not-seen"),
        pytest.param("<style>a", "a", ["style"], id="a-style-without-end"),
        pytest.param("Naam <b", "Naam <b", [], id="a-tag-without-end"),
        pytest.param("Idee&euml;n &amp; meer", "Ideeën & meer", [], id="entities"),
        pytest.param("&lt;b&gt;", "<b>", [], id="a-tag-that-is-written-out"),
        pytest.param("", "", [], id="nothing"),
    ],
)
def test_what_a_reader_sees_is_told_from_what_is_html(text, plain, tags):
    assert plain_text(text) == plain
    assert tags_in(text) == tags


@pytest.mark.parametrize(
    ("piece", "left"),
    [("<!--", "<!--"), ("<script>", ""), ("<style>", ""), ("<", "<"), ("<a ", "<a "), ("<p>", "")],
)
def test_a_text_is_gone_through_once_however_often_nothing_is_closed(piece, left):
    # Going through all that follows at each piece would take hours here.
    text = piece * 300_000
    assert plain_text(text) == left * 300_000
    assert readable(text).replace("\n", "").replace(" ", "") == (left * 300_000).replace(" ", "")
