// Toasts and notes can be put away. A toast that only reports goes by itself after a while, but never while it is
// pointed at or holds the focus; one with an undo button, a warning or an error stays until it is dismissed.

const PATIENCE = 8000;

const dismiss = (notice) => {
  const region = notice.parentElement;
  notice.remove();
  region?.dispatchEvent(new CustomEvent("notice:gone", { bubbles: true }));
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (!button) return;
  const notice = button.closest("[data-notice]");
  const hadFocus = notice.contains(document.activeElement);
  dismiss(notice);
  if (hadFocus) document.getElementById("main")?.focus({ preventScroll: true });
});

const watch = (notice) => {
  if (notice.dataset.watched || "stays" in notice.dataset) return;
  notice.dataset.watched = "yes";
  let timer;
  const start = () => { timer = setTimeout(() => dismiss(notice), PATIENCE); };
  const stop = () => clearTimeout(timer);
  for (const [name, act] of [["pointerenter", stop], ["focusin", stop], ["pointerleave", start], ["focusout", start]])
    notice.addEventListener(name, act);
  start();
};

const region = document.getElementById("messages");
if (region) {
  const scan = () => region.querySelectorAll(".toast").forEach(watch);
  new MutationObserver(scan).observe(region, { childList: true, subtree: true });
  scan();
}
