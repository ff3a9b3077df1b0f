// The little that pages do by themselves: focus after a refusal, keys, sending once. No date or rule is computed here.
"use strict";
(function () {
  const at = (selector) => document.querySelector(selector);
  const typing = (element) => element && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));

  function say(text) {
    if (at("#said")) at("#said").textContent = text;
  }

  function focusFirst() {
    const wanted = at("[data-focus]"), bar = at(".gk-sticky");
    if (!wanted) return;
    wanted.focus(); // the browser knows of no bar: what lies behind it is in view for it
    if (bar && !bar.contains(wanted) && wanted.getBoundingClientRect().bottom > bar.getBoundingClientRect().top) wanted.scrollIntoView({block: "center"});
  }

  // The buttons that send a form, wherever on the page they stand. Those that are there for Enter alone are idle.
  const buttonsOf = (form) => Array.from(form.elements).filter((one) => one.tagName === "BUTTON" && one.type === "submit" && !("idle" in one.dataset));
  const isQuiet = (form) => Array.from(form.elements).some((one) => "idle" in one.dataset);

  // A form is sent once: its button says so while it is on the way.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.submitter && "idle" in event.submitter.dataset) { event.preventDefault(); return; }
    if (event.defaultPrevented || form.method !== "post" || "download" in form.dataset) return;
    if (event.submitter && event.submitter.hasAttribute("data-file")) return; // what comes is a file: the page stays
    if (form.dataset.sending) { event.preventDefault(); return; }
    form.dataset.sending = "yes";
    window.setTimeout(function () { for (const button of buttonsOf(form)) button.disabled = true; }, 0);
  });
  window.addEventListener("pageshow", function () {
    for (const form of document.querySelectorAll("form[data-sending]")) {
      delete form.dataset.sending;
      for (const button of buttonsOf(form)) button.disabled = false;
    }
  });

  // The chosen one of a few is outlined; browsers of the 86 line know no :has().
  function outline() {
    for (const label of document.querySelectorAll(".gk-seg label")) {
      const input = label.querySelector("input");
      label.classList.toggle("on", Boolean(input && input.checked));
    }
  }
  document.addEventListener("change", outline);

  // A scanner ends a number with Enter: on to the next row, and after the last one to the button.
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || event.ctrlKey || !event.target.hasAttribute || !event.target.hasAttribute("data-run")) return;
    event.preventDefault();
    const run = Array.from(event.target.form.querySelectorAll("[data-run]"));
    (run[run.indexOf(event.target) + 1] || primary(event.target.form)).focus();
  });

  // Enter places nothing, whatever the browser makes of it; Ctrl+Enter presses the button that it stands beside, except
  // where an act ends a file or takes a number: that wants the button itself.
  const primary = (form) => buttonsOf(form).find((one) => one.classList.contains("btn-primary"));
  const sends = /^(submit|button|reset|image|file)$/;
  document.addEventListener("keydown", function (event) {
    const one = event.target, form = one.form;
    if (event.key !== "Enter" || event.isComposing || !form || one.tagName === "BUTTON") return;
    if (event.ctrlKey) {
      event.preventDefault();
      if ("alone" in form.dataset) { say("没有提交。这一步请按按钮办理"); return; }
      const aside = one.closest("details"); // a part of the form that is sent by a button of its own
      const button = (aside && aside.querySelector("button:not([type=button]):not([data-into])")) || primary(form) || buttonsOf(form)[0];
      if (!button) return;
      if (form.requestSubmit) form.requestSubmit(button);
      else button.click();
    } else if (one.tagName !== "TEXTAREA" && !(one.tagName === "INPUT" && sends.test(one.type)) && isQuiet(form)) event.preventDefault();
  });

  // 撤销 stands there for a few seconds; its place stays as it is.
  for (const form of document.querySelectorAll("form[data-undo]")) {
    window.setTimeout(function () { if (!form.dataset.sending) form.style.visibility = "hidden"; }, Number(form.dataset.undo) * 1000);
  }

  // One box ticks all of its name; without script it is not there.
  for (const all of document.querySelectorAll("input[data-all]")) {
    all.hidden = false;
    all.addEventListener("change", function () { for (const one of all.form.querySelectorAll(`input[name="${all.dataset.all}"]`)) one.checked = all.checked; });
  }

  // A picture that was chosen is seen before it is sent.
  document.addEventListener("change", function (event) {
    const shown = event.target.dataset && event.target.dataset.shows && document.getElementById(event.target.dataset.shows), file = shown && event.target.files[0];
    if (!shown) return;
    shown.hidden = !file;
    if (!file) return;
    const reader = new FileReader();
    reader.addEventListener("load", function () { shown.querySelector("img").src = reader.result; });
    reader.readAsDataURL(file);
  });

  // 登记并打印回执: the page that says what was registered prints its receipt, once.
  const THEN = "then-prints";
  document.addEventListener("submit", function (event) {
    if ("thenPrints" in event.target.dataset && !event.defaultPrevented && !(event.submitter && event.submitter.name)) window.sessionStorage.setItem(THEN, "yes");
  });
  if (at("form[data-then-prints]")) window.sessionStorage.removeItem(THEN); // not registered, or the next one
  window.addEventListener("load", async function () {
    const sheets = at("[data-prints]");
    if (!sheets || !window.sessionStorage.getItem(THEN)) return;
    window.sessionStorage.removeItem(THEN);
    try {
      const answer = await fetch(`${window.location.pathname}?print=yes`);
      const made = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-prints]");
      sheets.replaceChildren(...made.children);
      await Promise.all(Array.from(sheets.children, (one) => one.decode()));
    } catch (error) { say("回执暂时打不开，请按打印回执"); return; }
    document.body.classList.add("gk-prints");
    window.print();
    document.body.classList.remove("gk-prints");
  });

  let awaited = null;
  document.addEventListener("keydown", function (event) {
    if (!document.body.dataset.keys || at("dialog[open]") || typing(event.target) || event.ctrlKey || event.altKey || event.metaKey) return;
    const go = { j: at("a[data-next]"), k: at("a[data-previous]") }[event.key.toLowerCase()];
    if (event.key === "/") { const find = at("#find"); if (find) { event.preventDefault(); find.focus(); } }
    else if (event.key === "?") window.location.href = "/guide/keys";
    else if (awaited && event.key.toLowerCase() === "d") window.location.href = "/desk";
    else if (go) go.click();
    awaited = event.key.toLowerCase() === "g" ? event.key : null;
  });

  // A row of a list of fields: a template is copied, its names numbered on.
  document.addEventListener("click", function (event) {
    const add = event.target.closest("[data-add]");
    const remove = event.target.closest("[data-remove]");
    const print = event.target.closest("[data-print]");
    if (add) {
      const list = document.getElementById(add.dataset.add);
      const template = document.getElementById(add.dataset.add + "-one");
      const number = Number(list.dataset.count || list.children.length);
      list.dataset.count = String(number + 1);
      const holder = document.createElement("div");
      holder.innerHTML = template.innerHTML.split("__n__").join(String(number)).split("__m__").join(String(number + 1));
      while (holder.firstElementChild) { const one = holder.firstElementChild; list.appendChild(one); if (window.htmx) window.htmx.process(one); }
      const first = list.lastElementChild && list.lastElementChild.querySelector("input,textarea,select");
      if (first) first.focus();
    } else if (remove) {
      const row = remove.closest("[data-row]"), list = row.parentElement;
      list.dataset.count = list.dataset.count || String(list.children.length);
      row.remove();
      list.dispatchEvent(new Event("change", { bubbles: true })); // what is kept of the form has a row less
    } else if (print) {
      window.print();
    }
    // an open menu closes when something else is clicked
    for (const menu of document.querySelectorAll("details.gk-person[open],details.gk-up[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  // 常用语: put behind what stands in the field, or into the first empty one of a list; the form is not sent for it.
  document.addEventListener("click", function (event) {
    const chosen = event.target.closest("[data-into]");
    if (!chosen || !chosen.form) return;
    event.preventDefault();
    const fields = Array.from(chosen.form.elements).filter((one) => one.name === chosen.dataset.into);
    const one = fields.find((other) => !other.value.trim()) || fields[fields.length - 1];
    if (!one) return;
    one.value = one.value.trimEnd() + chosen.textContent;
    chosen.closest("details").open = false;
    one.focus();
    one.dispatchEvent(new Event("input", { bubbles: true }));
    one.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("keydown", function (event) {
    const menu = event.key === "Escape" && event.target.closest && event.target.closest("details.gk-up[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  // Nothing is swapped while a pointer is down: an answer that comes meanwhile waits until the click that follows is over.
  const AFTER_THE_CLICK = 60; // ms: the click of a finger comes a little after the finger has left
  const down = new Set();
  const waiting = [];
  let leaving = 0;
  function release(event) {
    if (event && event.pointerId !== undefined) down.delete(event.pointerId);
    else down.clear();
    window.clearTimeout(leaving);
    if (!down.size) leaving = window.setTimeout(function () { while (waiting.length && !down.size) waiting.shift()(); }, AFTER_THE_CLICK);
  }
  document.addEventListener("pointerdown", function (event) {
    if (event.button !== 0) return; // of a menu of the browser's one is not told when it closes
    window.clearTimeout(leaving);
    down.add(event.pointerId);
  }, true);
  for (const name of ["pointerup", "pointercancel", "keydown"]) document.addEventListener(name, release, true);
  window.addEventListener("blur", release);
  // Of some a page is not told that they went up: over a list that the browser drew, on a scroll bar.
  document.addEventListener("change", function (event) { if (event.target.tagName === "SELECT") release(); }, true);
  document.addEventListener("pointermove", function (event) { if (down.size && !event.buttons) release(event); }, true);
  document.addEventListener("htmx:beforeSend", function (event) {
    const asked = event.detail.xhr, finish = asked.onload;
    asked.onload = function () {
      // one that was given up while it waited has no status any more
      if (down.size) waiting.push(function () { if (asked.status) finish.call(asked); });
      else finish.call(asked);
    };
  });

  // What a failed call would have renewed turns grey and says so: nothing stale looks current. `data-renews` names it.
  const renewedBy = (detail) => (detail.elt.dataset.renews ? Array.from(document.querySelectorAll(detail.elt.dataset.renews)) : [detail.target]);
  function fresh(panel) {
    panel.classList.remove("gk-stale");
    for (const note of panel.querySelectorAll(".gk-failed")) note.remove();
  }
  function failed(event) {
    const ended = event.detail.xhr.status === 401, form = event.detail.elt.closest("form") || document.getElementById(event.detail.elt.dataset.of);
    for (const panel of renewedBy(event.detail).filter(Boolean)) {
      fresh(panel);
      panel.classList.add("gk-stale");
      const note = document.createElement("div"), text = document.createElement("p");
      note.className = "gk-note soon gk-failed";
      note.setAttribute("role", "status");
      text.textContent = ended ? "没有更新：登录已经结束。您写的内容还在。" : "没有更新，下面是以前的内容。填写和提交不受影响，改动任何一栏会再试。";
      note.appendChild(text);
      if (ended && form) {
        const button = document.createElement("button");
        button.className = "btn btn-line btn-sm";
        button.textContent = "登录以后接着填";
        button.setAttribute("form", form.id);
        button.name = "redraw"; // asks for the form anew: nobody being signed in, by way of the sign-in and back
        button.value = "yes";
        note.appendChild(button);
      }
      panel.insertBefore(note, panel.firstChild);
    }
  }
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, failed);
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.shouldSwap) for (const panel of renewedBy({ elt: event.detail.requestConfig.elt, target: event.detail.target })) fresh(panel);
  });

  function standsAt(home) {
    if (new URL(home, window.location.href).href !== window.location.href) window.history.replaceState(window.history.state, "", home);
  }

  // A form saves itself two seconds after something was typed in it, and when one leaves it; the page says so. The browser keeps
  // nothing of it. What is sent needs no saving: a save that is still on its way then is given up, and the server takes none after it.
  const REST = 2000, AGAIN = 10000;
  function keepSaved(form) {
    const said = document.getElementById("saved"), address = form.dataset.savesBy || "/drafts";
    const turn = form.elements.namedItem("turn"); // saves are counted: one that is overtaken on its way changes nothing
    let timer = 0, on = null, isNew = false;
    function told(text, isWrong) { if (said) { said.textContent = text; said.classList.toggle("c-over", isWrong); } }
    function count() { if (turn) turn.value = String(Number(turn.value) + 1); }
    function words() {
      count();
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
      body.append("saves", form.dataset.saves);
      return body;
    }
    function soon(after) { if (!timer) timer = window.setTimeout(save, after); }
    function stop() { window.clearTimeout(timer); timer = 0; isNew = false; if (on) on.abort(); }
    async function save() {
      timer = 0;
      if (on) { soon(REST); return; }
      isNew = false;
      on = new AbortController();
      try {
        const answer = await fetch(address, { method: "POST", body: words(), signal: on.signal });
        if (answer.status === 401) told("没有自动保存：登录已经结束，提交时再登录", true);
        else if (answer.ok || answer.status === 409) {
          told(await answer.text(), !answer.ok);
          if (answer.ok && form.dataset.home) standsAt(form.dataset.home);
        } else if (answer.status < 500) told("没有自动保存：这一页现在不能保存，已填内容还在本页", true);
        else throw answer;
      } catch (error) {
        if (error.name !== "AbortError") { isNew = true; told("没有自动保存，过一会儿再试", true); soon(AGAIN); }
      }
      on = null;
    }
    function changed(event) {
      if (event.target.form !== form || !event.target.name || event.target.type === "file") return;
      isNew = true;
      soon(REST);
    }
    document.addEventListener("input", changed);
    document.addEventListener("change", changed);
    document.addEventListener("submit", function (event) { if (event.target === form && !event.defaultPrevented) { stop(); count(); } });
    // 64 KiB is what a browser lets go on without its page
    window.addEventListener("pagehide", function () {
      const body = isNew ? words() : null;
      if (body && body.toString().length < 60000) { stop(); fetch(address, { method: "POST", body: body, keepalive: true }); }
    });
    if ("unsaved" in form.dataset) { isNew = true; soon(0); } // it came back from being sent, with what is wrong
    return async function () { if (isNew) { window.clearTimeout(timer); await save(); } };
  }
  for (const form of document.querySelectorAll("form[data-saves]")) keepSaved(form);

  // A short form opens over the list in which its act stands; where it cannot, and for whoever wants a page of it, the link leads there.
  const over = at("dialog.gk-over");
  let opening = false, leave = null;
  async function openOver(href) {
    let text = "";
    try {
      if (leave) await leave(); // what was typed in the one before is there again
      const answer = await fetch(`${href}?part=over`);
      if (answer.ok && !answer.redirected) text = await answer.text();
    } catch (error) { text = ""; }
    if (!text) { window.location.href = href; return; }
    over.innerHTML = text;
    window.htmx.process(over);
    leave = keepSaved(over.querySelector("form"));
    outline();
    over.showModal();
    opening = false;
  }
  if (over) over.addEventListener("close", function () { if (leave) leave(); over.textContent = ""; });
  document.addEventListener("click", function (event) {
    const link = event.target.closest("a[data-over]");
    if (event.target.closest("[data-close]")) over.close();
    if (!link || !over || !over.showModal || !window.htmx || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (!opening) { opening = true; openOver(link.href); }
  });
  // An answer to a form that was sent is asked for as its page, by whoever goes back or forward to it: with what was saved.
  for (const form of document.querySelectorAll("form[data-saves],form[data-home]")) {
    const home = form.dataset.home || form.dataset.saves;
    const kept = !form.dataset.saves || !form.dataset.home || "unsaved" in form.dataset; // an address that only what is kept has
    if (kept && home.split("?")[0] === window.location.pathname) window.history.replaceState(window.history.state, "", form.dataset.home || window.location.href);
  }

  // What was typed while new fields were on their way is put into them: `typed` is how the fields were when they were
  // asked for, and only what has changed since is carried over.
  const writing = "input:not([type=hidden]):not([type=file]):not([type=radio]):not([type=checkbox]),textarea";
  const asked = new WeakMap();
  const carried = new WeakMap();
  const values = (target) => Array.from(target.querySelectorAll(writing), (one) => one.value);
  document.addEventListener("htmx:beforeRequest", function (event) { asked.set(event.detail.target, values(event.detail.target)); });
  document.addEventListener("htmx:beforeSwap", function (event) {
    const before = asked.get(event.detail.target) || [];
    const changed = Array.from(event.detail.target.querySelectorAll(writing)).filter((one, place) => one.id && before[place] !== undefined && one.value !== before[place]);
    carried.set(event.detail.target, changed.map((one) => [one.id, one.value]));
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    for (const [id, value] of carried.get(event.detail.target) || []) {
      const one = document.getElementById(id);
      if (one && event.detail.target.contains(one)) one.value = value;
    }
    outline();
    if (event.detail.target.dataset.said) say(event.detail.target.dataset.said);
  });
  // What would stand against signing a draft is put at its field, and taken away where it does not stand any more.
  document.addEventListener("htmx:oobAfterSwap", function (event) {
    if (event.detail.target.id !== "after") return;
    for (const at of document.querySelectorAll(".gk-at-risk")) {
      const told = document.querySelector(`#after [data-at="${at.id}"]`), text = told ? told.innerHTML : "";
      if (at.innerHTML !== text) at.innerHTML = text;
    }
  });
  // What one has just changed is marked where it shows, until the next change: words of the letter that were not in it before, and what
  // 提交以后 says anew. Which letter it is, its alt says; another one is new as a whole, and nothing of it is marked.
  const words = (panel) => {
    const found = [];
    for (const page of panel.querySelectorAll("img[data-lines]")) for (const [text, top, height, edges] of JSON.parse(page.dataset.lines)) found.push({ page, text, top, height, edges });
    return found;
  };
  const titleOf = (panel) => { const page = panel.querySelector("img[data-lines]"); return page ? page.alt.split("，")[0] : ""; };
  const told = (panel) => Array.from(panel.querySelectorAll("dd"), (one) => `${one.previousElementSibling ? one.previousElementSibling.textContent : ""} ${one.textContent}`);
  function apart(before, now) { // the longest common run of whole lines stays; what lies between is told character by character
    const same = before.map(() => new Array(now.length + 1).fill(0));
    same.push(new Array(now.length + 1).fill(0));
    for (let i = before.length - 1; i >= 0; i -= 1) for (let j = now.length - 1; j >= 0; j -= 1) same[i][j] = before[i].text === now[j].text ? same[i + 1][j + 1] + 1 : Math.max(same[i + 1][j], same[i][j + 1]);
    const parts = [];
    let i = 0, j = 0, old = "", fresh = [];
    function close() { if (fresh.length) parts.push([old, fresh]); old = ""; fresh = []; }
    while (i < before.length || j < now.length) {
      if (i < before.length && j < now.length && before[i].text === now[j].text) { close(); i += 1; j += 1; }
      else if (j < now.length && (i === before.length || same[i][j + 1] >= same[i + 1][j])) { fresh.push(now[j]); j += 1; }
      else { old += before[i].text; i += 1; }
    }
    close();
    return parts;
  }
  function mark(line, from, to) {
    let place = line.page.parentElement;
    if (!place.classList.contains("gk-marked")) {
      place = document.createElement("span");
      place.className = "gk-marked";
      line.page.replaceWith(place);
      place.appendChild(line.page);
    }
    const one = document.createElement("i");
    one.className = "gk-new";
    one.style.left = `${line.edges[from] / 10}%`;
    one.style.width = `${(line.edges[to] - line.edges[from]) / 10}%`;
    one.style.top = `${line.top / 10}%`;
    one.style.height = `${line.height / 10}%`;
    place.appendChild(one);
  }
  function markLetter(before, now) {
    for (const [old, lines] of apart(before, now)) {
      const text = lines.map((one) => one.text).join("");
      let head = 0, tail = 0;
      while (head < Math.min(old.length, text.length) && old[head] === text[head]) head += 1;
      while (tail < Math.min(old.length, text.length) - head && old[old.length - 1 - tail] === text[text.length - 1 - tail]) tail += 1;
      let at = 0;
      for (const line of lines) {
        const from = Math.max(head - at, 0), to = Math.min(text.length - tail - at, line.text.length);
        if (from < to && line.edges.length > to) mark(line, from, to);
        at += line.text.length;
      }
    }
  }
  // `from`: how it was before the last change; an answer that says the same once more leaves its marks.
  const letter = { title: "", was: [], from: [] }, effect = { was: [], from: [] };
  const texts = (lines) => lines.map((one) => one.text).join("\n");
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.target.id !== "preview") return;
    letter.title = titleOf(event.detail.target);
    letter.was = words(event.detail.target);
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    const panel = event.detail.target;
    if (panel.id !== "preview") return;
    const now = words(panel);
    if (!letter.title || letter.title !== titleOf(panel)) { letter.from = now; return; }
    if (texts(now) !== texts(letter.was)) letter.from = letter.was;
    markLetter(letter.from, now);
  });
  document.addEventListener("htmx:oobBeforeSwap", function (event) { if (event.detail.target.id === "after") effect.was = told(event.detail.target); });
  document.addEventListener("htmx:oobAfterSwap", function (event) {
    if (event.detail.target.id !== "after") return;
    const now = told(event.detail.target);
    if (!effect.was.length) effect.from = now; // nothing was said yet
    else if (now.join("\n") !== effect.was.join("\n")) effect.from = effect.was;
    Array.from(event.detail.target.querySelectorAll("dd")).forEach((one, place) => one.classList.toggle("gk-fresh", effect.from.length > 0 && !effect.from.includes(now[place])));
  });
  // What was chosen or typed before the scripts were there (a slow line; a page that the browser filled again) counts as
  // changed now: fields that follow from a choice are asked for then. htmx has begun before this.
  function changedBefore() {
    const isNew = (one) => one.tagName === "SELECT" ? Array.from(one.options).some((option) => option.selected && !option.defaultSelected && (one.multiple || option.index > 0 || Array.from(one.options).some((other) => other.defaultSelected)))
      : /^(radio|checkbox)$/.test(one.type) ? one.checked !== one.defaultChecked && (one.checked || one.type === "checkbox")
      : /^(TEXTAREA|INPUT)$/.test(one.tagName) && !/^(hidden|file|submit|button|reset|image)$/.test(one.type) && one.value !== one.defaultValue;
    for (const form of document.forms) for (const one of Array.from(form.elements).filter(isNew)) if (one.isConnected) one.dispatchEvent(new Event("change", { bubbles: true }));
  }
  document.addEventListener("DOMContentLoaded", function () { changedBefore(); outline(); focusFirst(); });
})();
