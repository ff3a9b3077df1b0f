// Papers beside a form: dropped anywhere on the page, pasted, photographed or chosen; several at a time go one after the other.
"use strict";
(function () {
  const place = document.querySelector("[data-drops]");
  if (!place) return;
  const chooser = () => document.getElementById(place.dataset.drops);
  const waiting = [];
  const told = {}; // what was not sent at all, by list: an answer about the others does not take it away
  let busy = false, pasted = 0;

  function refuse(list, text) {
    const place = document.querySelector(`[data-refused="${list}"]`);
    if (!place) return;
    place.hidden = !text;
    place.querySelector("span").textContent = text;
  }

  // What is too large is not sent at all: it is said at its list.
  function fitting(input, files) {
    const most = Number(input.dataset.most), large = files.filter((one) => one.size > most);
    told[input.name] = large.length ? large.map((one) => `“${one.name.slice(0, 60)}”`).join("") + "没有上传：超过20MB，请压缩或者分开上传" : "";
    refuse(input.name, told[input.name]);
    return files.filter((one) => one.size <= most);
  }

  function give(input, files) {
    const given = new DataTransfer();
    for (const one of files) given.items.add(one);
    input.files = given.files;
  }

  function next() {
    const input = chooser();
    if (busy || !input || !waiting.length) return;
    const files = fitting(input, waiting.splice(0));
    if (!files.length) return;
    busy = input.hasAttribute("hx-post"); // or it goes with its form
    give(input, busy ? files : [...input.files, ...files]);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  document.addEventListener("change", function (event) {
    const input = event.target;
    if (input.type !== "file" || !input.dataset.most) return;
    const files = Array.from(input.files), good = fitting(input, files);
    if (good.length === files.length) return;
    give(input, good);
    if (!good.length) event.stopPropagation();
  }, true);
  document.addEventListener("htmx:beforeRequest", function (event) { if (event.detail.elt === chooser()) busy = true; });
  function done() { busy = false; window.setTimeout(next, 0); }
  // the new place for files takes them when it has settled; a call that failed leaves the old one
  const isOurs = (one) => one && (one.type === "file" || one.name === "unload");
  document.addEventListener("htmx:afterSettle", function (event) {
    const asked = event.detail.requestConfig.elt;
    if (!isOurs(asked)) return;
    if (asked.type === "file" && told[asked.name]) {
      const place = document.querySelector(`[data-refused="${asked.name}"] span`);
      refuse(asked.name, [told[asked.name], place ? place.textContent : ""].filter(Boolean).join("；"));
    }
    const seen = event.detail.target.id === "fields" && document.querySelector("#act [name=seen]");
    if (seen) seen.dispatchEvent(new Event("change", { bubbles: true })); // the fields name other files: they are saved, and the letter is drawn anew
    done();
  });
  document.addEventListener("htmx:afterRequest", function (event) { if (isOurs(event.detail.elt) && !event.detail.successful) done(); });

  // A file that is let go beside the place would otherwise take the browser to itself, and what was typed away.
  const carries = (transfer) => transfer && Array.from(transfer.types).includes("Files");
  document.addEventListener("dragover", function (event) {
    if (!carries(event.dataTransfer)) return;
    event.preventDefault();
    place.classList.add("gk-dropping");
  });
  document.addEventListener("dragleave", function (event) { if (!event.relatedTarget) place.classList.remove("gk-dropping"); });
  document.addEventListener("drop", function (event) {
    if (!carries(event.dataTransfer)) return;
    event.preventDefault();
    place.classList.remove("gk-dropping");
    if (!chooser()) return;
    waiting.push(...event.dataTransfer.files);
    next();
  });
  // A picture is pasted into no field: it goes to the papers, whichever field is in focus. Words that are pasted stay where they go.
  document.addEventListener("paste", function (event) {
    const data = event.clipboardData, files = data ? Array.from(data.files) : [];
    if (!files.length || data.getData("text/plain") || !chooser()) return;
    event.preventDefault();
    waiting.push(...files.map((one) => one.name === "image.png" ? new File([one], `粘贴的图片${++pasted}.png`, { type: one.type }) : one));
    next();
  });

  // What was read on the paper is taken by a press, and only where nothing was typed.
  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-take]");
    if (!button) return;
    event.preventDefault();
    const one = document.querySelector(`#intake [name="${button.dataset.take}"]:not([type=hidden])`);
    const said = document.createElement("span"), isFree = one && !one.readOnly && [ "", button.dataset.instead ].includes(one.value.trim());
    said.className = "small " + (isFree ? "c-done" : "c-soon");
    said.setAttribute("role", "status");
    said.textContent = isFree ? "已填入" : "没有填入：这一栏已经填写";
    button.replaceWith(said);
    if (!isFree) return;
    one.value = button.dataset.value;
    one.dispatchEvent(new Event("input", { bubbles: true }));
    one.dispatchEvent(new Event("change", { bubbles: true }));
  });

  document.addEventListener("htmx:afterSettle", function () {
    const shown = document.getElementById("original");
    if (shown) place.classList.toggle("gk-papered", Boolean(shown.querySelector("header")));
  });
})();
