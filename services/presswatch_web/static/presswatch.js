// Makes the pages live: alerts as they fire, queries checked while they are written, times that grow older.
// Every piece of a page comes from the server, escaped there; nothing is built from foreign text here.
"use strict";

const CHECK_PAUSE = 300;
const REFRESH_PAUSE = 150;
const TICK = 20000;

function pieceOf(html) {
  return new DOMParser().parseFromString(html, "text/html").body;
}

async function fetchPiece(address) {
  const answer = await fetch(address, { headers: { accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return pieceOf(await answer.text());
}

function afterPause(pause, work) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, pause);
  };
}

// Counts and buttons that stand outside the list; the one that has the keyboard stays, or the place in it is lost.
function followParts(piece) {
  for (const part of document.querySelectorAll("[data-live-part]")) {
    const fresh = piece.querySelector(`#${part.id}`);
    if (fresh && !part.contains(document.activeElement)) part.replaceWith(fresh);
  }
}

function followAlerts(box) {
  const state = document.querySelector("[data-live-state]");
  let after = Number(box.dataset.after);
  let source = null;

  const show = (isLive) => {
    if (!state) return;
    state.hidden = false;
    state.textContent = isLive ? state.dataset.liveText : state.dataset.connectingText;
    state.classList.toggle("off", !isLive);
  };

  const refresh = afterPause(REFRESH_PAUSE, async () => {
    try {
      const piece = await fetchPiece(box.dataset.live);
      const fresh = piece.querySelector("ol.alerts");
      const shown = box.querySelector("ol.alerts");
      const known = new Set(Array.from(shown.children, (item) => item.dataset.seq));
      for (const item of fresh.children) item.classList.toggle("new", !known.has(item.dataset.seq));
      shown.replaceWith(fresh);
      followParts(piece);
      if (fresh.children.length) box.querySelector("[data-nothing]")?.remove();
    } catch {
      show(false);
    }
  });

  const open = () => {
    source = new EventSource(`/api/v1/alerts/stream?after=${after}`);
    source.addEventListener("open", () => show(true));
    source.addEventListener("error", () => show(false));
    source.addEventListener("alert", (event) => {
      after = Number(event.lastEventId);
      refresh();
    });
  };

  // A browser has few connections for one host: a page that nobody sees gives its own back.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      source?.close();
      source = null;
    } else if (!source) {
      open();
    }
  });
  window.addEventListener("pagehide", () => source?.close());
  if (!document.hidden) open();
}

function checkWhileWriting(field) {
  const place = document.getElementById("check");
  const check = afterPause(CHECK_PAUSE, async () => {
    const asked = field.value;
    try {
      const piece = await fetchPiece(`/check?${new URLSearchParams({ q: asked })}`);
      if (field.value === asked) place.replaceChildren(...piece.children);
    } catch {
      place.replaceChildren();
    }
  });
  field.addEventListener("input", check);
  place.addEventListener("click", (event) => {
    const link = event.target.closest("[data-suggestion]");
    if (!link || field.tagName !== "TEXTAREA") return;
    event.preventDefault();
    field.value = link.dataset.suggestion;
    field.focus();
    check();
  });
}

function growOlder() {
  const said = new Intl.RelativeTimeFormat(document.documentElement.lang, { style: "short" });
  for (const time of document.querySelectorAll("time[data-age]")) {
    const seconds = Math.floor((Date.now() - Date.parse(time.dateTime)) / 1000);
    if (seconds < 10 || seconds >= 86400) continue;
    if (seconds < 60) time.textContent = said.format(-seconds, "second");
    else if (seconds < 3600) time.textContent = said.format(-Math.floor(seconds / 60), "minute");
    else time.textContent = said.format(-Math.floor(seconds / 3600), "hour");
  }
}

document.querySelectorAll("[data-live]").forEach(followAlerts);
document.querySelectorAll("[data-check]").forEach(checkWhileWriting);
setInterval(growOlder, TICK);
