// The terminal of a hall (体验区): it forgets its visitor when nobody touches it, and reads a page aloud. Both go on without: the page
// itself then goes home when its time is over.
"use strict";
(function () {
  const form = document.getElementById("rest"), left = document.getElementById("left"), soon = document.getElementById("soon");
  if (!form) return;
  const REST = Number(form.dataset.rest) * 1000, WARNED = 20000, PRESSED = 500; // nothing goes from under a finger
  let touched = Date.now(), isOver = false;

  function forget() {
    isOver = true;
    // what was typed is not saved once more on the way
    for (const one of document.querySelectorAll("form[data-saves]")) one.reset();
    form.submit();
    window.setTimeout(function () { window.location.replace(form.dataset.else); }, 5000); // it could not be sent
  }

  function look() {
    if (isOver) return;
    const rest = REST - (Date.now() - touched);
    if (rest <= 0) { forget(); return; }
    const seconds = String(Math.ceil(rest / 1000));
    left.hidden = false;
    left.querySelector("b").textContent = seconds;
    if (rest > WARNED && REST - rest > PRESSED) { soon.hidden = true; return; }
    if (rest <= WARNED && soon.hidden) {
      soon.hidden = false;
      soon.querySelector("p").textContent = "没有人操作，" + seconds + "秒以后清除已填内容，回到首页。还在使用的，请按“继续使用”。";
    }
  }

  function touch() { touched = Date.now(); }
  for (const name of ["pointerdown", "pointermove", "keydown", "input", "wheel", "scroll"]) document.addEventListener(name, touch, { passive: true, capture: true });
  window.addEventListener("pageshow", function (event) { if (event.persisted) window.location.reload(); });
  look();
  window.setInterval(look, 1000);

  // 朗读本页: sentence by sentence; whoever listens is there
  const button = document.querySelector("[data-aloud]"), voice = window.speechSynthesis;
  if (!button || !voice || !window.SpeechSynthesisUtterance) return;
  let isReading = false;
  function stop() { isReading = false; voice.cancel(); button.textContent = "朗读本页"; }
  function read() {
    const text = document.getElementById("main").innerText.split(/[\n。！？；]+/).map((one) => one.trim()).filter(Boolean);
    isReading = true;
    button.textContent = "停止朗读";
    voice.cancel();
    text.forEach(function (one, at) {
      const said = new window.SpeechSynthesisUtterance(one);
      said.lang = "zh-CN";
      said.rate = 0.9;
      said.onend = function () { if (isReading) touch(); if (at === text.length - 1) stop(); };
      voice.speak(said);
    });
    if (!text.length) stop();
  }
  button.hidden = false;
  button.addEventListener("click", function () { if (isReading) stop(); else read(); });
  window.addEventListener("pagehide", stop);
})();
