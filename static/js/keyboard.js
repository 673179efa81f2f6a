// Shortcuts: / search, j k move, Enter open, ? help, and any letter that an element claims with data-key ("a" accept,
// "r" reject, "n" next lead, "u" undo). Never inside a field, never with Ctrl, Alt or Meta, and not at all when the viewer
// switched them off in the profile (WCAG 2.1.4).
//
// Rows are elements with data-lead. The one the cursor is on has the class "cursor"; its data-key elements are meant first,
// then those outside all rows. A data-key element is pressed (link, button) or opened (summary).

const body = document.body;
const enabled = () => body.dataset.shortcuts === "on";
const rows = () => [...document.querySelectorAll("[data-lead]")].filter((row) => row.offsetParent !== null);
const current = () => document.querySelector("[data-lead].cursor");

const inField = (target) =>
  target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");

const moveTo = (row) => {
  current()?.classList.remove("cursor");
  row.classList.add("cursor");
  const link = row.querySelector("[data-open]") ?? row.querySelector("a");
  link?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
};

const step = (by) => {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current());
  moveTo(all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)]);
};

const press = (element) => {
  const details = element.matches("summary") ? element.parentElement : null;
  if (!details) return element.click();
  details.open = true;
  const first = details.querySelector("input:not([type=hidden]), select, textarea, .pop button, .pop a");
  (first ?? element).focus();
};

const claimed = (key) => {
  const wanted = `[data-key="${CSS.escape(key)}"]`;
  const usable = (element) => element.offsetParent !== null && !element.disabled;
  const inRow = [...(current()?.querySelectorAll(wanted) ?? [])].find(usable);
  if (inRow) return inRow;
  return [...document.querySelectorAll(wanted)].find((element) => !element.closest("[data-lead]") && usable(element));
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.key === "Escape" && event.target.id === "search") event.target.blur();
  if (!enabled() || inField(event.target)) return;
  if (event.target.closest("details.menu[open] .pop")) return;

  const search = document.getElementById("search");
  if (event.key === "/" && search) search.focus();
  else if (event.key === "?" && body.dataset.help) location.assign(body.dataset.help);
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "Enter" && current() && (event.target === body || event.target.id === "main"))
    (current().querySelector("[data-open]") ?? current().querySelector("a"))?.click();
  else {
    const element = event.key.length === 1 ? claimed(event.key) : null;
    if (!element) return;
    press(element);
  }
  event.preventDefault();
});

// Reaching into a row by Tab or pointer takes the cursor along.
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-lead]");
  if (!row || row === current()) return;
  current()?.classList.remove("cursor");
  row.classList.add("cursor");
});
