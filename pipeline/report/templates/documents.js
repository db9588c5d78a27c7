// The documents: a list that filters narrow, and the one that is open.
const hidden = new Set();
const state = { number: 0, view: null, rows: [] };
const at = (id) => document.getElementById(id);

// Letters as a reader types them: no vowel signs, one alef, one ya, one ta marbuta.
const folded = { أ: "ا", إ: "ا", آ: "ا", ٱ: "ا", ى: "ي", ة: "ه" };
const plain = (text) => text
  .replace(/[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069\u061c\ufeff]/g, "")
  .replace(/[أإآٱىة]/g, (letter) => folded[letter])
  .toLowerCase();

const searched = data.documents.map(() => null);
function has(number, wanted) {
  const doc = data.documents[number];
  searched[number] ??= plain(`${doc.id}\n${doc.title ?? ""}\n${doc.text}`);
  return searched[number].includes(wanted);
}

/** The spans of a view whose labels are on. */
function visible(doc, view) {
  return doc.views[view][1].map((index) => spanOf(doc, index)).filter(({ label }) => !hidden.has(label));
}

/** The numbers of the documents that pass all filters: with labels off, those with a span left. */
function passing() {
  const wanted = plain(at("search").value.trim());
  const [status, split] = [at("status").value, at("split").value];
  return data.documents.flatMap((doc, number) => {
    const fits = (!status || doc.status === status)
      && (!split || (doc.split ?? "unreleased") === split)
      && (!hidden.size || visible(doc, 0).length)
      && (!wanted || has(number, wanted));
    return fits ? [number] : [];
  });
}

function drawList() {
  const numbers = passing();
  state.rows = numbers;
  at("found").textContent = `${numbers.length} / ${data.documents.length}`;
  at("list").replaceChildren(...numbers.map(row));
  if (!numbers.length) {
    at("list").append(make("p", { class: "empty" }, ...both(words.screen.nothing)));
  } else if (!numbers.includes(state.number)) {
    showDocument(numbers[0], null, false);
  }
  markCurrent();
}

function row(number) {
  const doc = data.documents[number];
  const spans = visible(doc, 0);
  const option = make(
    "button",
    { type: "button", role: "option", id: `row-${number}`, tabindex: -1 },
    make("bdi", { class: "name" }, doc.title ?? doc.id),
    make("span", { class: "row-facts" },
      make("bdi", { dir: "ltr" }, doc.dct ?? words.screen.unknown[0]),
      make("span", { class: `state ${doc.status}`, title: words.statuses[doc.status].join(" · ") },
        make("span", { class: "sr" }, words.statuses[doc.status][0])),
      make("span", { class: "count" }, String(spans.length))),
  );
  option.addEventListener("click", () => showDocument(number));
  return option;
}

function markCurrent() {
  for (const option of at("list").querySelectorAll("[role=option]")) {
    const own = option.id === `row-${state.number}`;
    option.setAttribute("aria-selected", String(own));
    option.tabIndex = own ? 0 : -1;
  }
  const place = state.rows.indexOf(state.number);
  at("previous").disabled = place <= 0;
  at("next").disabled = place < 0 || place + 1 >= state.rows.length;
}

const viewName = (name) => words.screen[name]?.join(" · ") ?? name;

/** Show a document; with the index of a span, at that span, in a view that has it. */
function showDocument(number, index = null, scroll = true) {
  const doc = data.documents[number];
  state.number = number;
  if (index !== null && (hidden.has(spanOf(doc, index).label) || !passing().includes(number))) {
    clearFilters();
  }
  const names = doc.views.map(([name]) => name);
  let view = Math.max(0, names.indexOf(state.view));
  if (index !== null && !doc.views[view][1].includes(index)) {
    view = Math.max(0, doc.views.findIndex(([, own]) => own.includes(index)));
  }
  at("views").replaceChildren(...names.map((name, place) => make("option", { value: place }, viewName(name))));
  at("views").value = view;
  at("views-field").hidden = names.length < 2;
  at("document-title").replaceChildren(make("bdi", {}, doc.title ?? doc.id));
  at("facts").replaceChildren(...facts(doc));
  at("licence").replaceChildren(make("bdi", {}, doc.licence ?? ""));
  at("licence").hidden = !doc.licence;
  drawDocument(view);
  markCurrent();
  if (scroll) at(`row-${number}`)?.scrollIntoView({ block: "nearest" });
  if (index !== null) showSpan(index);
}

function facts(doc) {
  const known = [doc.title ? doc.id : null, doc.dct, doc.source].filter(Boolean);
  const state_ = make("span", { class: "status" }, make("i", { class: `part ${doc.status}` }), ...both(words.statuses[doc.status]));
  const own = known.map((fact) => make("bdi", {}, fact));
  if (doc.split) own.push(make("span", {}, ...both(words.splits[doc.split])));
  return [state_, ...own.flatMap((fact) => [" · ", fact]).slice(1)];
}

function drawDocument(view) {
  const doc = data.documents[state.number];
  at("text").replaceChildren();
  at("text").scrollTop = 0;
  draw(at("text"), doc, visible(doc, view));
}

function showSpan(index) {
  const marks = at("text").querySelectorAll(`[data-index="${index}"]`);
  for (const mark of marks) mark.classList.add("shown");
  at("documents").scrollIntoView({ block: "start" });
  marks[0]?.scrollIntoView({ block: "center" });
  at("text").focus({ preventScroll: true });
}

function clearFilters() {
  hidden.clear();
  for (const box of at("filters").querySelectorAll("input")) box.checked = true;
  for (const id of ["search", "status", "split"]) at(id).value = "";
  drawList();
}

function turn(step) {
  const place = state.rows.indexOf(state.number) + step;
  if (place >= 0 && place < state.rows.length) showDocument(state.rows[place]);
}
