// Keys: / searches, j and k walk through articles or alerts, o opens, w watches, ? tells them all.
"use strict";

const ITEMS = ".card h2 a, main section:not(.rail *) .alert h3 a";

function isWriting(target) {
  return target.closest("input, textarea, select, [contenteditable], dialog[open]") !== null;
}

function walk(step) {
  const items = Array.from(document.querySelectorAll(ITEMS));
  if (!items.length) return;
  const at = items.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : items.length - 1) : Math.min(Math.max(at + step, 0), items.length - 1);
  items[next].focus({ focusVisible: true });
  items[next].scrollIntoView({ block: "center" });
}

function search() {
  const field = document.getElementById("q");
  if (!field) {
    location.assign("/");
    return;
  }
  field.focus();
  field.select();
}

function watch() {
  const box = document.querySelector(".watch-this");
  if (!box) {
    location.assign("/watches/new");
    return;
  }
  box.open = true;
  box.querySelector("input[name=name]").focus();
}

function explain() {
  const keys = document.querySelector("dialog.keys");
  if (keys.open) keys.close();
  else keys.showModal();
}

const ACTIONS = {
  "/": search,
  j: () => walk(1),
  k: () => walk(-1),
  o: () => document.activeElement.matches(ITEMS) && document.activeElement.click(),
  w: watch,
  "?": explain,
};

document.addEventListener("keydown", (event) => {
  const act = ACTIONS[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
  event.preventDefault();
  act();
});
