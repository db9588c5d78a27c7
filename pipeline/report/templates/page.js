// What the reader does, and the first paint.
for (const button of document.querySelectorAll("[data-quotes]")) {
  button.addEventListener("click", () => openQuotes(button));
}
for (const button of document.querySelectorAll("[data-events]")) {
  button.addEventListener("click", () => openEvents(button));
}

const dialog = at("quotes");
dialog.querySelector(".close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

at("filters").addEventListener("change", ({ target }) => {
  hidden[target.checked ? "delete" : "add"](target.value);
  drawList();
  drawDocument(Number(at("views").value));
});
at("search").addEventListener("input", drawList);
at("status").addEventListener("change", drawList);
at("split").addEventListener("change", drawList);
at("views").addEventListener("change", () => {
  const view = Number(at("views").value);
  state.view = data.documents[state.number].views[view][0];
  drawDocument(view);
});
at("previous").addEventListener("click", () => turn(-1));
at("next").addEventListener("click", () => turn(1));

const steps = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
at("list").addEventListener("keydown", (event) => {
  const step = steps[event.key];
  if (step === undefined || !state.rows.length) return;
  event.preventDefault();
  const place = state.rows.indexOf(state.number) + step;
  showDocument(state.rows[Math.min(state.rows.length - 1, Math.max(0, place))]);
  at(`row-${state.number}`).focus();
});

const themes = ["light dark", "light", "dark"];
let theme = 0;
at("theme").addEventListener("click", () => {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  // The first step is the one that is seen to change something.
  theme = theme === 0 ? (dark ? 1 : 2) : theme === 1 ? 2 : 1;
  document.documentElement.style.colorScheme = themes[theme];
});

drawList();
if (data.documents.length) showDocument(0, null, false);
const busiest = [...document.querySelectorAll(".calendar .cell")]
  .sort((a, b) => data.lists[b.dataset.events].length - data.lists[a.dataset.events].length)[0];
if (busiest) openEvents(busiest);
