// What the board has beyond keyboard.js and live.js: how many rows are selected, all of them at once, and the cursor that
// stays on its row when an action has exchanged it.

const form = document.querySelector(".board-form");
const bar = document.querySelector("[data-bulk]");

if (form && bar) {
  const words = bar.querySelector("[data-bulk-count]");
  const all = form.querySelector("[data-check-all]");
  const boxes = () => [...form.querySelectorAll("input[name=lead]")];
  const count = () => {
    const number = boxes().filter((box) => box.checked).length;
    bar.classList.toggle("is-on", number > 0);
    words.textContent = number === 0 ? words.dataset.none : number === 1 ? words.dataset.one : words.dataset.many.replace("%s", number);
    if (all) {
      all.checked = number > 0 && number === boxes().length;
      all.indeterminate = number > 0 && !all.checked;
    }
    for (const box of boxes()) box.closest("tr").classList.toggle("is-on", box.checked);
  };
  words.setAttribute("role", "status");
  form.addEventListener("change", (event) => {
    if (event.target === all) for (const box of boxes()) box.checked = all.checked;
    count();
  });
  form.addEventListener("reset", () => setTimeout(count));
  addEventListener("pageshow", count);
  count();
}

// A button of a row posts by htmx, and the answer is that row. Twice pressed is sent twice: its token makes it one effect.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-live-rows] button[formaction]");
  if (!button || !window.htmx) return;
  event.preventDefault();
  const row = button.closest("tr");
  window.htmx.ajax("POST", button.getAttribute("formaction"), { source: button, target: row, swap: "outerHTML" });
});

let at = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const row = event.detail.target;
  at = row.matches?.("[data-lead]") && row.contains(document.activeElement) ? row.id : null;
});
document.addEventListener("htmx:afterSettle", () => {
  const row = at && document.getElementById(at);
  at = null;
  if (!row) return;
  document.querySelector("[data-lead].cursor")?.classList.remove("cursor");
  row.classList.add("cursor", "fresh");
  row.querySelector("[data-open]")?.focus({ preventScroll: true });
});

// Taking an action back loads the page anew. Whoever works by keyboard goes on from the row they were on, or from the one
// that stands in its place.
const KEPT = "board-row";
document.addEventListener("submit", (event) => {
  const row = document.querySelector("[data-lead].cursor");
  if (!row || !event.target.closest("#messages")) return;
  const place = [...document.querySelectorAll("[data-lead]")].indexOf(row);
  sessionStorage.setItem(KEPT, JSON.stringify([row.id, place]));
});

const kept = sessionStorage.getItem(KEPT);
if (kept) {
  sessionStorage.removeItem(KEPT);
  const [id, place] = JSON.parse(kept);
  const all = [...document.querySelectorAll("[data-lead]")];
  const row = document.getElementById(id) ?? all[Math.min(place, all.length - 1)];
  row?.classList.add("cursor");
  row?.querySelector("[data-open]")?.focus();
}
