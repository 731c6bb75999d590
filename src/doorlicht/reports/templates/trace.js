"use strict";
(function () {
  var tools = document.getElementById("tools");
  var frame = document.getElementById("frame");
  var picture = document.getElementById("picture");
  var verdict = document.getElementById("verdict");
  var words = document.getElementById("words");
  if (!tools) { return; }
  tools.hidden = false;

  function every(query, action) { Array.prototype.forEach.call(document.querySelectorAll(query), action); }

  function filter() {
    var wanted = words.value.trim().toLowerCase();
    var shown = {};
    every("ul.flows > li", function (row) {
      var fits = (!verdict.value || row.getAttribute("data-verdict") === verdict.value) &&
        (!wanted || row.textContent.toLowerCase().indexOf(wanted) >= 0);
      row.hidden = !fits;
      if (fits) { shown[row.id] = true; }
    });
    every("[data-flow]", function (line) {
      line.style.display = shown[line.getAttribute("data-flow")] ? "" : "none";
    });
    document.getElementById("count").textContent = Object.keys(shown).length;
    if (verdict.value || wanted) {
      every("details.left", function (details) { details.open = !!details.querySelector("li:not([hidden])"); });
    }
  }
  verdict.addEventListener("change", filter);
  words.addEventListener("input", filter);
  filter();

  function open() {
    var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) { return; }
    if (target.hidden) { verdict.value = ""; words.value = ""; filter(); }
    for (var above = target; above; above = above.parentElement) {
      if (above.tagName === "DETAILS") { above.open = true; }
    }
    var path = target.querySelector(":scope > details");
    if (path) { path.open = true; }
    target.scrollIntoView();
  }
  window.addEventListener("hashchange", open);
  if (location.hash) { open(); }
  window.addEventListener("beforeprint", function () { every("details", function (one) { one.open = true; }); });

  if (!picture) { return; }
  var wide = picture.width.baseVal.value, high = picture.height.baseVal.value, scale = 1;
  function zoom(by) {
    scale = Math.min(3, Math.max(0.3, by ? scale * by : frame.clientWidth / wide));
    picture.setAttribute("width", wide * scale);
    picture.setAttribute("height", high * scale);
  }
  every("[data-zoom]", function (button) {
    button.addEventListener("click", function () { zoom(Number(button.getAttribute("data-zoom"))); });
  });
  var from = null;
  frame.addEventListener("pointerdown", function (event) {
    if (event.pointerType !== "mouse" || event.target.closest("a")) { return; }
    from = [event.clientX + frame.scrollLeft, event.clientY + frame.scrollTop];
    frame.setPointerCapture(event.pointerId);
  });
  frame.addEventListener("pointermove", function (event) {
    if (!from) { return; }
    frame.scrollLeft = from[0] - event.clientX;
    frame.scrollTop = from[1] - event.clientY;
  });
  frame.addEventListener("pointerup", function () { from = null; });

  function light(numbers) {
    every(".picture .flow", function (line) {
      line.classList.toggle("lit", numbers.indexOf(line.getAttribute("data-flow")) >= 0);
    });
    frame.classList.toggle("dim", numbers.length > 0);
  }
  every(".picture [data-flows]", function (box) {
    var numbers = box.getAttribute("data-flows").split(" ");
    ["pointerenter", "focusin"].forEach(function (name) { box.addEventListener(name, function () { light(numbers); }); });
    ["pointerleave", "focusout"].forEach(function (name) { box.addEventListener(name, function () { light([]); }); });
  });
}());
