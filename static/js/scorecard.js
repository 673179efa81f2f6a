// Marks what differs from the live version and counts it. Everything works without.
const form = document.getElementById("sheet");
const count = form?.querySelector("[data-count]");

const differs = (field) => {
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") return [...field.options].some((option) => option.selected !== option.defaultSelected);
  return field.value.trim() !== field.defaultValue.trim();
};

if (form && count) {
  const fields = [...form.elements].filter((field) => field.name.includes("."));
  const look = (field) => field.classList.toggle("changed", differs(field));
  const show = () => {
    const changed = fields.filter(differs).length;
    count.hidden = changed === 0;
    count.textContent = changed === 1 ? count.dataset.one : count.dataset.many.replace("%s", changed);
  };
  form.addEventListener("input", (event) => { look(event.target); show(); });
  form.addEventListener("change", (event) => { look(event.target); show(); });
  document.addEventListener("click", (event) => {
    for (const menu of form.querySelectorAll("details.more[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of form.querySelectorAll("details.more[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}
