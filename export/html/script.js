"use strict";
// Searches the rows of all tables. Everything is there without it.
(() => {
  const form = document.getElementById("search");
  const words = document.getElementById("words");
  const trouble = document.getElementById("trouble");
  const hits = document.getElementById("hits");
  const rows = [...document.querySelectorAll("[data-row]")];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  let opened = [];

  const search = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    rows.forEach((row, i) => {
      const hit = wanted.every((w) => texts[i].includes(w)) && (!trouble.checked || row.hasAttribute("data-trouble"));
      row.hidden = !hit;
      if (hit) found++;
    });
    const searching = wanted.length > 0 || trouble.checked;
    hits.value = searching ? `${found} of ${rows.length} rows` : "";
    open(searching && wanted.length > 0);
  };

  // What is folded is unfolded while it is searched or printed.
  const open = (on) => {
    if (on) {
      const shut = [...document.querySelectorAll("details:not([open])")];
      shut.forEach((d) => { d.open = true; });
      opened = opened.concat(shut);
    } else {
      opened.forEach((d) => { d.open = false; });
      opened = [];
    }
  };

  form.hidden = false;
  form.addEventListener("submit", (e) => e.preventDefault());
  form.addEventListener("input", search);
  addEventListener("beforeprint", () => open(true));
  addEventListener("afterprint", () => open(false));
  addEventListener("keydown", (e) => {
    if (e.key === "/" && document.activeElement !== words) {
      e.preventDefault();
      words.focus();
    } else if (e.key === "Escape" && words.value !== "") {
      words.value = "";
      search();
    }
  });
})();
