// Marks drawn on a page: a rectangle under the pointer becomes a row of numbers, and the numbers are what is sent.
"use strict";
(function () {
  const paper = document.querySelector("[data-redact]"), rows = document.querySelector("[data-rows]");
  if (!paper || !rows) return;
  const marks = paper.querySelector("[data-marks]"), one = rows.querySelector("[data-row-one]"), pen = document.querySelector("[data-pen]");
  const wide = Number(paper.dataset.width), high = Number(paper.dataset.height), names = ["left", "top", "width", "height"];
  const fine = (value) => String(Math.round(value * 10) / 10);
  const within = (value, most) => Math.min(Math.max(value, 0), most);
  const all = () => Array.from(rows.querySelectorAll("[data-mark]"));
  const of = (row, name) => row.querySelector(`[name$=".${name}"]`);
  let next = all().length, from = null, drawn = null, edits = 0, saved = 0, asked = 0;

  function place(event) {
    const box = paper.getBoundingClientRect();
    return [within((event.clientX - box.left) / box.width * wide, wide), within((event.clientY - box.top) / box.height * high, high)];
  }

  function rectangle() {
    const made = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    made.setAttribute("class", "gk-blacked");
    marks.append(made);
    return made;
  }

  function put(made, values) {
    ["x", "y", "width", "height"].forEach((name, n) => made.setAttribute(name, Math.max(0, Number(values[n]) || 0)));
  }

  function named() {
    all().forEach(function (row, n) { row.querySelector("[data-nth]").textContent = n + 1; });
    paper.setAttribute("aria-label", paper.getAttribute("aria-label").replace(/有\d+处/, `有${all().length}处`));
  }

  function added(values) {
    const n = next++, holder = document.createElement("div");
    holder.innerHTML = one.innerHTML.replaceAll("__n__", n);
    const row = holder.firstElementChild, made = rectangle();
    made.dataset.of = n;
    one.before(row);
    names.forEach((name, at) => { of(row, name).value = values[at]; });
    of(row, "ground").value = pen ? pen.value : "";
    put(made, values);
    named();
    edited();
    return row;
  }

  function drag(event) {
    const to = place(event);
    return [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])].map(fine);
  }

  paper.addEventListener("pointerdown", function (event) {
    if (event.button) return;
    event.preventDefault();
    paper.setPointerCapture(event.pointerId);
    from = place(event);
    drawn = rectangle();
  });
  paper.addEventListener("pointermove", function (event) { if (from) put(drawn, drag(event)); });
  function ended(event, keep) {
    if (!from) return;
    const values = drag(event);
    drawn.remove();
    from = drawn = null;
    if (keep && Number(values[2]) >= 1 && Number(values[3]) >= 1) added(values);
  }
  paper.addEventListener("pointerup", (event) => ended(event, true));
  paper.addEventListener("pointercancel", (event) => ended(event, false));

  rows.addEventListener("input", function (event) {
    const row = event.target.closest("[data-mark]");
    const made = row && marks.querySelector(`[data-of="${row.dataset.mark}"]`);
    if (made) put(made, names.map((name) => of(row, name).value.replace("．", ".")));
    edited();
  });
  rows.addEventListener("click", function (event) {
    if (event.target.closest("[data-mark-add]")) of(added(["", "", "", ""]), "left").focus();
    const row = event.target.closest("[data-unmark]") && event.target.closest("[data-mark]");
    if (!row) return;
    const made = marks.querySelector(`[data-of="${row.dataset.mark}"]`), after = row.nextElementSibling;
    if (made) made.remove();
    for (const name of names) of(row, name).value = ""; // what is empty is no mark: the numbers of the others stay theirs
    row.hidden = true;
    row.removeAttribute("data-mark");
    named();
    edited();
    const focus = after && after.querySelector("input") || rows.querySelector("[data-mark-add]");
    if (focus) focus.focus();
  });

  // The page saves itself a moment after each change, and every button of the form saves it; who leaves before is asked.
  const form = rows.closest("form"), told = document.getElementById("saved");
  function edited() {
    edits += 1;
    form.dispatchEvent(new Event("drawn"));
  }
  form.addEventListener("submit", function () { saved = edits; });
  form.addEventListener("htmx:beforeRequest", function () { asked = edits; });
  document.addEventListener("htmx:afterSwap", function (event) { if (event.detail.target === told && told.querySelector("[data-kept]")) saved = Math.max(saved, asked); });
  window.addEventListener("beforeunload", function (event) { if (saved < edits) event.preventDefault(); });
})();
