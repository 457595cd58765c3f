/* Words that wait: a approves, h hides, j and k go down and up, while the focus is in the list.  Each is a button. */
"use strict";

const rows = [...document.querySelectorAll("[data-decide]")];
const button = (row, key) => row.querySelector(`[data-key="${key}"]`);

function press(row, key) {
  const rule = row.querySelector("select");
  if (key === "h" && !rule.value) {
    rule.focus();
  } else {
    button(row, key).click();
  }
}

document.addEventListener("keydown", (event) => {
  const row = event.target.closest("tr")?.querySelector("[data-decide]");
  if (!row || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  if (event.target.matches("select") && event.key === "Enter") {
    event.preventDefault();
    press(row, "h");
  } else if (!event.target.matches("select, textarea, input")) {
    const step = { j: 1, k: -1 }[event.key];
    if (step) {
      const next = rows[rows.indexOf(row) + step];
      if (next) {
        button(next, "a").focus();
      }
    } else if (event.key === "a" || event.key === "h") {
      press(row, event.key);
    }
  }
});

/* Whoever has just decided goes on with the next.  Not before the browser has gone to the place in the address, which
   takes the focus away. */
addEventListener("load", () => {
  if (location.hash === "#result_list" && rows.length) {
    setTimeout(() => button(rows[0], "a").focus());
  }
});
