// What the builder makes goes into the search box; the server made it, and said what is wrong with it.
"use strict";

document.addEventListener("htmx:after:swap", () => {
  const built = document.querySelector("[data-built]");
  if (built) document.getElementById("q").value = built.dataset.built;
});
