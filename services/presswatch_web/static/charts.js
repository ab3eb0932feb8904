// Charts: the value under the pointer is read out, and drawing over a span zooms into it.
// The bars are links already, and the chart is there without this.
"use strict";

const LEAST_DRAG = 6;

function periodAt(svg, clientX) {
  const box = svg.getBoundingClientRect();
  const width = svg.viewBox.baseVal.width;
  const left = Number(svg.dataset.left);
  const periods = JSON.parse(svg.dataset.periods);
  const x = ((clientX - box.left) / box.width) * width - left;
  const at = Math.floor((x / (width - left)) * periods.length);
  return { at: Math.min(Math.max(at, 0), periods.length - 1), periods, step: (width - left) / periods.length, left };
}

function zoom(first, last) {
  const address = new URL(location.href);
  address.searchParams.set("since", first);
  address.searchParams.set("until", last);
  address.searchParams.delete("by");
  address.searchParams.delete("cursor");
  location.assign(address);
}

function makeBrush(svg) {
  const band = svg.querySelector(".band");
  const reading = svg.closest("figure").querySelector("[data-reading]");
  const usual = reading.textContent;
  let from = null;
  let wasDrawn = false;

  const show = (first, last, { left, step }) => {
    band.setAttribute("x", left + step * first);
    band.setAttribute("width", step * (last - first + 1));
  };
  const hide = () => {
    band.setAttribute("width", 0);
    reading.textContent = usual;
  };

  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    from = { x: event.clientX, at: periodAt(svg, event.clientX).at };
    wasDrawn = false;
  });
  window.addEventListener("pointermove", (event) => {
    if (from === null && !svg.contains(event.target)) return;
    const place = periodAt(svg, event.clientX);
    if (from !== null && Math.abs(event.clientX - from.x) > LEAST_DRAG) wasDrawn = true;
    const [first, last] = wasDrawn ? [Math.min(from.at, place.at), Math.max(from.at, place.at)] : [place.at, place.at];
    show(first, last, place);
    reading.textContent = wasDrawn ? `${place.periods[first][0]} – ${place.periods[last][1]}` : place.periods[place.at][2];
  });
  window.addEventListener("pointerup", (event) => {
    if (from === null) return;
    const { at, periods } = periodAt(svg, event.clientX);
    const began = from.at;
    from = null;
    if (wasDrawn) zoom(periods[Math.min(began, at)][0], periods[Math.max(began, at)][1]);
  });
  window.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    from = null;
    hide();
  });
  svg.addEventListener("pointerleave", () => from === null && hide());
  // A bar is a link: drawing over it neither drags it away nor follows it.
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("click", (event) => wasDrawn && event.preventDefault(), true);
}

document.querySelectorAll("svg[data-brush]").forEach(makeBrush);
