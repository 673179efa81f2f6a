// Rows refresh in place. An element with data-live="<address>" asks that address every data-live-every seconds (default 5)
// while the page is visible. The answer is an HTML fragment (status 204: nothing new):
//
//   <table><tbody><tr data-lead="7" data-rev="…">…</tr></tbody></table>   rows that are shown already are replaced where they stand
//   <div data-live-note>…</div>                                           takes the place of the page's own data-live-note
//   <… id="x" data-live-swap>                                             takes the place of the element with this id
//
// Order never changes here; a row that is not on the page is added at the end of the body marked data-live-rows. A row with an
// open menu, a changed field or the focus waits for the next turn. Cursor and check box survive the exchange.

const holder = document.querySelector("[data-live]");

const busy = (row) => row.querySelector("details[open]") !== null || row.contains(document.activeElement) && row.querySelector(":focus-visible") !== null && !row.querySelector(":focus-visible").matches("[data-open]");

const replace = (old, fresh) => {
  const focused = old.contains(document.activeElement);
  fresh.classList.toggle("cursor", old.classList.contains("cursor"));
  const box = old.querySelector("input[type=checkbox]");
  const freshBox = fresh.querySelector("input[type=checkbox]");
  if (box?.checked && freshBox) freshBox.checked = true;
  if (old.dataset.score !== fresh.dataset.score) fresh.classList.add("fresh");
  old.replaceWith(fresh);
  window.htmx?.process(fresh);
  if (focused) fresh.querySelector("[data-open]")?.focus({ preventScroll: true });
};

const take = (html) => {
  const answer = new DOMParser().parseFromString(html, "text/html");
  const body = document.querySelector("[data-live-rows]");
  for (const parsed of answer.querySelectorAll("[data-lead]")) {
    const old = document.querySelector(`[data-lead="${CSS.escape(parsed.dataset.lead)}"]`);
    if (old && (old.dataset.rev ?? "") === (parsed.dataset.rev ?? "-")) continue;
    const fresh = document.importNode(parsed, true);
    if (old) { if (!busy(old)) replace(old, fresh); }
    else if (body) { fresh.classList.add("fresh"); body.append(fresh); window.htmx?.process(fresh); }
  }
  for (const parsed of answer.querySelectorAll("[data-live-note], [data-live-swap]")) {
    const old = parsed.hasAttribute("data-live-note")
      ? document.querySelector("[data-live-note]")
      : document.getElementById(parsed.id);
    if (!old || old.innerHTML === parsed.innerHTML) continue;
    const fresh = document.importNode(parsed, true);
    old.replaceWith(fresh);
    window.htmx?.process(fresh);
  }
};

// What is on the page goes along as shown=id.rev,id.rev,… so that the answer holds nothing else than what has changed.
const withShown = (text) => {
  const address = new URL(text, location.href);
  const shown = [...document.querySelectorAll("[data-live-rows] [data-rev]")].map((row) => `${row.dataset.lead}.${row.dataset.rev}`);
  if (shown.length) address.searchParams.set("shown", shown.join(","));
  return address;
};

const ask = async () => {
  const answer = await fetch(withShown(holder.dataset.live), {
    headers: { "X-Requested-With": "live", "HX-Request": "true" },
    credentials: "same-origin",
    redirect: "manual",
  });
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403 || answer.status === 404) return false;
  if (answer.status === 200) take(await answer.text());
  return true;
};

if (holder) {
  const pause = 1000 * Number(holder.dataset.liveEvery || 5);
  let fails = 0;
  const turn = async () => {
    let goOn = true;
    if (document.visibilityState === "visible") {
      try { goOn = await ask(); fails = 0; } catch { fails = Math.min(fails + 1, 5); }
    }
    if (goOn) setTimeout(turn, pause * 2 ** fails);
  };
  setTimeout(turn, pause);
}
