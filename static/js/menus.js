// Menus are <details class="menu">: without this they open and close by their summary; with it only one is open at a
// time, Escape closes it and gives the focus back, and a press outside closes it.

const open = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!(menu instanceof HTMLDetailsElement) || !menu.matches("details.menu") || !menu.open) return;
  for (const other of open()) if (other !== menu && !other.contains(menu)) other.open = false;
  const pop = menu.querySelector(".pop");
  if (pop) pop.classList.toggle("up", pop.getBoundingClientRect().bottom > innerHeight && menu.getBoundingClientRect().top > innerHeight / 2);
}, true);

document.addEventListener("pointerdown", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    const hadFocus = menu.contains(document.activeElement);
    menu.open = false;
    if (hadFocus) menu.querySelector("summary").focus();
  }
});

// A form with data-once is sent once: a second press on its button does nothing until the page changes.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]") || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  const button = event.submitter;
  if (button) button.setAttribute("aria-busy", "true");
});

// A page that the browser brings back from its memory may send its forms again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});

// Controls that only work with script are hidden until here.
document.documentElement.classList.add("js");
