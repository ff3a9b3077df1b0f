// Papers beside a form: dropped anywhere on the page, pasted, photographed or chosen; several at a time go one after the other.
"use strict";
(function () {
  const place = document.querySelector("[data-drops]");
  if (!place) return;
  const chooser = () => document.getElementById(place.dataset.drops);
  const told = {}; // by list, what was said of the files that were chosen last: an answer about some of them does not take it away
  let waiting = [], busy = false, mine = false, pasted = 0;

  const names = (files) => files.map((one) => `“${one.name.slice(0, 60)}”`).join("");
  function tell(list, text) {
    told[list] = [told[list], text].filter(Boolean).join("；");
    const said = document.querySelector(`[data-refused="${list}"]`);
    if (!said) return;
    said.hidden = !told[list];
    said.querySelector("span").textContent = told[list];
  }

  // What is too large is not sent at all: it is said at its list.
  function fitting(input, files) {
    const most = Number(input.dataset.most), large = files.filter((one) => one.size > most);
    tell(input.name, large.length ? names(large) + "没有上传：超过20MB，请压缩或者分开上传" : "");
    return files.filter((one) => one.size <= most);
  }

  // How many of the files go in one call.
  function portion(input, files) {
    let sum = 0;
    const n = files.findIndex((one) => (sum += one.size) > Number(input.dataset.together || Infinity));
    return n < 0 ? files.length : Math.max(n, 1);
  }

  function give(input, files) {
    const given = new DataTransfer();
    for (const one of files) given.items.add(one);
    input.files = given.files;
  }

  function next() {
    const input = waiting.length && document.getElementById(waiting[0].id);
    if (busy || !input) return;
    const files = waiting.filter((one) => one.id === input.id).map((one) => one.file);
    waiting = waiting.filter((one) => one.id !== input.id);
    busy = input.hasAttribute("hx-post"); // or it goes with its form
    give(input, busy ? files : [...input.files, ...files]);
    mine = true;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    mine = false;
  }

  function comes(files) {
    const input = chooser();
    if (!waiting.length && !busy) delete told[input.name];
    waiting.push(...files.map((one) => ({ id: input.id, file: one })));
    next();
  }

  document.addEventListener("change", function (event) {
    const input = event.target;
    if (input.type !== "file" || !input.dataset.most) return;
    if (!mine) delete told[input.name];
    const files = Array.from(input.files), good = fitting(input, files), n = portion(input, good), rest = good.slice(n);
    if (rest.length && input.hasAttribute("hx-post")) waiting.unshift(...rest.map((one) => ({ id: input.id, file: one })));
    else if (rest.length) tell(input.name, `${names(rest)}没有选入：一次合计不超过${input.dataset.together / 1048576}MB，请先上传这一批，再选`);
    if (n === files.length) return;
    give(input, good.slice(0, n));
    if (n) return;
    event.stopPropagation();
    busy = false;
  }, true);
  document.addEventListener("htmx:beforeRequest", function (event) { if (event.detail.elt.type === "file") busy = true; });
  function done() { busy = false; window.setTimeout(next, 0); }
  // the new place for files takes them when it has settled; a call that failed leaves the old one
  const isOurs = (one) => one && (one.type === "file" || one.name === "unload");
  document.addEventListener("htmx:afterSettle", function (event) {
    const asked = event.detail.requestConfig.elt;
    if (!isOurs(asked)) return;
    if (asked.type === "file") {
      const said = document.querySelector(`[data-refused="${asked.name}"] span`);
      tell(asked.name, said && said.textContent !== told[asked.name] ? said.textContent : "");
    }
    const seen = event.detail.target.id === "fields" && document.querySelector("#act [name=seen]");
    if (seen) seen.dispatchEvent(new Event("change", { bubbles: true })); // the fields name other files: they are saved, and the letter is drawn anew
    done();
  });
  // What a call did not take stays chosen and goes with the form, where it can; what cannot, and what waited behind it, is named.
  function unsent(input, status) {
    const rest = waiting.filter((one) => one.id === input.id).map((one) => one.file), stays = status !== 401 && status !== 413;
    waiting = waiting.filter((one) => one.id !== input.id);
    const lost = stays ? rest : [...input.files, ...rest];
    if (!stays) give(input, []);
    const why = { 401: "登录已经结束，请登录以后重新选择", 413: "一次上传的太多，请分几次选择" }[status] || "没有连上，请稍后再选一次";
    if (lost.length) tell(input.name, `${names(lost)}没有上传：${why}`);
  }
  document.addEventListener("htmx:afterRequest", function (event) {
    const input = event.detail.elt;
    if (!isOurs(input) || event.detail.successful) return;
    if (input.type === "file") unsent(input, event.detail.xhr.status);
    done();
  });

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
    comes(Array.from(event.dataTransfer.files));
  });
  // A picture is pasted into no field: it goes to the papers, whichever field is in focus. Words that are pasted stay where they go.
  document.addEventListener("paste", function (event) {
    const data = event.clipboardData, files = data ? Array.from(data.files) : [];
    if (!files.length || data.getData("text/plain") || !chooser()) return;
    event.preventDefault();
    comes(files.map((one) => one.name === "image.png" ? new File([one], `粘贴的图片${++pasted}.png`, { type: one.type }) : one));
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
