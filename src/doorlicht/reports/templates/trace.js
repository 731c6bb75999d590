"use strict";
(function () {
  var picture = document.getElementById("picture");
  var choice = document.getElementById("choice");
  var label = document.getElementById("filter");
  if (choice && label) {
    label.hidden = false;
    choice.addEventListener("change", function () {
      document.querySelectorAll("[data-verdict]").forEach(function (element) {
        var shown = !choice.value || element.getAttribute("data-verdict") === choice.value;
        element.style.display = shown ? "" : "none";
      });
    });
  }
  if (!picture) { return; }
  var box = picture.viewBox.baseVal, from = null;
  picture.addEventListener("pointerdown", function (event) {
    if (event.target.closest("a")) { return; }
    from = [event.clientX, event.clientY];
    picture.setPointerCapture(event.pointerId);
  });
  picture.addEventListener("pointermove", function (event) {
    if (!from) { return; }
    var scale = box.width / picture.clientWidth;
    box.x -= (event.clientX - from[0]) * scale;
    box.y -= (event.clientY - from[1]) * scale;
    from = [event.clientX, event.clientY];
  });
  picture.addEventListener("pointerup", function () { from = null; });
}());
