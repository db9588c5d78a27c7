// The passages behind a number: in a dialog, or beside the calendar.
const AT_ONCE = 40;
const AROUND = 90;

/** Where a passage around a span begins and ends: whole words, in the span's own lines. */
function around(text, start, end) {
  const before = text.slice(Math.max(0, start - AROUND), start);
  const after = text.slice(end, end + AROUND);
  const line = before.search(/[^\n\r]*$/);
  const head = start - before.length + line === 0 || line > 0 ? before.slice(line) : before.replace(/^\S*\s/, "");
  const rest = after.split(/[\n\r]/, 1)[0];
  const cut = rest.length === AROUND && end + AROUND < text.length;
  const tail = cut ? rest.replace(/\s\S*$/, "") : rest;
  return [start - head.length, end + tail.length];
}

/** One passage; it opens its document where it stands. */
function quote([number, index, before], dated) {
  const doc = data.documents[number];
  const span = spanOf(doc, index);
  const [from, to] = around(doc.text, span.start, span.end);
  const passage = make("span", { class: "passage", dir: "auto" });
  draw(passage, doc, [span], from, to);
  const facts = make("span", { class: "source" }, make("bdi", {}, doc.title ?? doc.id));
  if (doc.dct) facts.append(" · ", make("bdi", { dir: "ltr" }, doc.dct));
  if (!dated && span.value) facts.append(" · ", make("bdi", { dir: "ltr" }, span.value));
  const parts = [passage];
  if (before !== undefined) {
    parts.push(version(doc, spanOf(doc, before), words.screen.before));
    parts.push(version(doc, span, words.screen.now));
  }
  const button = make("button", { type: "button" }, ...parts, facts);
  button.addEventListener("click", () => {
    document.getElementById("quotes").close();
    showDocument(number, index);
  });
  return make("li", {}, dated ? make("time", {}, make("bdi", { dir: "ltr" }, span.value)) : null, button);
}

/** One state of a span that somebody changed. */
function version(doc, span, when) {
  const line = make("span", { class: "before" }, ...both(when), " ");
  line.append(make("span", { class: "chip", "data-label": span.label }, nameOf(span.label)), " ");
  line.append(make("bdi", {}, doc.text.slice(span.start, span.end)));
  if (saidBy(doc, span)) line.append(" · ", make("bdi", {}, saidBy(doc, span)));
  return line;
}

/** Fill a list with passages, some at once, the others by its button. */
function fill(list, more, cited, dated = false) {
  list.replaceChildren();
  let shown = 0;
  const add = () => {
    list.append(...cited.slice(shown, shown + AT_ONCE).map((place) => quote(place, dated)));
    shown += AT_ONCE;
    more.hidden = shown >= cited.length;
  };
  more.onclick = add;
  add();
}

function openQuotes(button) {
  const dialog = document.getElementById("quotes");
  const cited = data.lists[button.dataset.quotes];
  const title = dialog.querySelector("h2");
  const parts = button.dataset.title.split(" · ").flatMap((part) => [" · ", make("bdi", {}, part)]);
  title.replaceChildren(...parts.slice(1), ` (${cited.length})`);
  fill(dialog.querySelector("ol"), dialog.querySelector(".more"), cited);
  dialog.showModal();
  dialog.scrollTop = 0;
  title.focus();
}

function openEvents(button) {
  const cited = data.lists[button.dataset.events];
  const title = document.getElementById("events-title");
  const name = button.dataset.title;
  title.replaceChildren(...(name ? [make("bdi", { dir: "ltr" }, name)] : both(words.screen.all)), ` (${cited.length})`);
  fill(document.getElementById("events"), document.getElementById("events-more"), cited, true);
  document.getElementById("events").scrollTop = 0;
  for (const other of document.querySelectorAll("[data-events]")) {
    other.setAttribute("aria-pressed", String(other === button));
  }
}
