// A text in a box -> the clipboard, by a button that is shown only where it can do so.
(() => {
  "use strict";
  if (!navigator.clipboard) return;
  const said = document.getElementById("copied");
  for (const button of document.querySelectorAll("button[data-copies]")) {
    const box = document.getElementById(button.dataset.copies);
    const word = button.querySelector("span");
    button.hidden = false;
    button.addEventListener("click", async () => {
      box.select();
      try {
        await navigator.clipboard.writeText(box.value);
        word.textContent = "Copied";
      } catch {
        word.textContent = "Press Ctrl and C";
      }
      said.textContent = `${word.textContent}${button.querySelector(".vh").textContent}`;
      setTimeout(() => (word.textContent = "Copy"), 3000);
    });
  }
})();
