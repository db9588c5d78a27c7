"use strict";
// Texts with their spans in colour. All that comes from documents enters the page as text nodes.
const data = JSON.parse(document.getElementById("data").textContent);
const words = JSON.parse(document.getElementById("words").textContent);
const HOLDER = words.holder;

/** An element with attributes and children; strings become text. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Both languages of a pair of words. */
const both = ([arabic, english]) => [
  `${arabic} `, make("span", { class: "en", lang: "en", dir: "ltr" }, english),
];

/** A span as it is stored, with names. */
function spanOf(doc, index) {
  const [label, start, end, more = {}] = doc.spans[index];
  return { index, label, start, end, ...more };
}

const nameOf = (label) => words.labels[label]?.[0] ?? label;

/** What a span says beside its label: value and attributes of dates, who holds a stance. */
function saidBy(doc, span) {
  const said = [span.value, span.mod, span.quant, span.freq, span.original_calendar].filter(Boolean);
  if (span.holder) said.push(doc.text.slice(...span.holder));
  return said.join(" ");
}

// Outermost first: a clause holds its holder, names and dates.
const depthOf = ({ label }) => (words.stance.includes(label) ? 0 : label === HOLDER ? 1 : 2);

/** The marks of spans between two offsets, holders of stance spans among them. */
function marksOf(doc, spans, from, to) {
  const marks = [...spans];
  const held = new Set();
  for (const { holder } of spans) {
    if (holder && !held.has(String(holder))) {
      held.add(String(holder));
      marks.push({ label: HOLDER, start: holder[0], end: holder[1] });
    }
  }
  return marks
    .filter((mark) => mark.start < to && from < mark.end)
    .sort((a, b) => depthOf(a) - depthOf(b) || a.start - b.start);
}

/** Draw a stretch of a text into an element; a mark that others cut is drawn in pieces. */
function draw(element, doc, spans, from = 0, to = doc.text.length) {
  const marks = marksOf(doc, spans, from, to);
  const edges = new Set([from, to]);
  for (const { start, end } of marks) edges.add(Math.max(start, from)).add(Math.min(end, to));
  const sorted = [...edges].sort((a, b) => a - b);
  // Marks that begin later than a stretch are not looked at for it, nor those that ended before.
  const waiting = [...marks].sort((a, b) => a.start - b.start);
  let open = [];
  let live = [];
  for (let place = 0; place + 1 < sorted.length; place += 1) {
    const [start, end] = [sorted[place], sorted[place + 1]];
    while (waiting.length && waiting[0].start <= start) live.push(waiting.shift());
    live = live.filter((mark) => mark.end > start);
    const here = marks.length ? [...live].sort((a, b) => depthOf(a) - depthOf(b) || a.start - b.start) : [];
    let shared = 0;
    while (shared < open.length && open[shared].mark === here[shared]) shared += 1;
    open = open.slice(0, shared);
    for (const mark of here.slice(shared)) {
      const piece = pieceOf(doc, mark);
      (open.at(-1)?.piece ?? element).append(piece);
      open.push({ mark, piece });
    }
    (open.at(-1)?.piece ?? element).append(doc.text.slice(start, end));
    for (const { mark, piece } of open) if (mark.end === end) piece.classList.add("last");
  }
}

function pieceOf(doc, mark) {
  const stance = depthOf(mark) === 0;
  const said = saidBy(doc, mark);
  const name = nameOf(mark.label);
  const attributes = {
    class: stance ? "mark clause" : mark.label === HOLDER ? "mark holder" : "mark",
    "data-label": mark.label,
    "data-index": mark.index,
    title: [name, mark.label, said].filter(Boolean).join(" · "),
  };
  if (mark.label !== HOLDER) {
    attributes["data-name"] = stance && said ? `${name} ← ${said}` : name;
  }
  return make("mark", attributes);
}
