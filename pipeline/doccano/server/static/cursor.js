// Work without a mouse: Ctrl and the arrows move from word to word, with Shift they take in more;
// a label's key then marks what is selected, Delete takes its mark away. In the menu of labels, a
// label's key chooses it.
import { isTyping, latinKey } from "./keys.js";

const WORDS = /[\p{L}\p{M}\p{N}\u0640]+(?:[.,/:][\p{N}]+)*/gu;
const MENU = ".v-menu__content.menuable__content__active:has(.v-autocomplete)";
// macOS keeps Ctrl and the arrows for itself.
const isMac = navigator.platform.startsWith("Mac");
let anchor = null;

/** Hear the keys; `openPage` returns the annotation page that is open, or null. */
export function handleWordKeys(openPage) {
  window.addEventListener("keydown", (event) => hear(event, openPage()), true);
}

/** Select a stretch of the text, offsets in UTF-16 units, and bring it into view. */
export function showWords(start, end) {
  scrollTo(start);
  requestAnimationFrame(() => requestAnimationFrame(() => select(start, end)));
}

function hear(event, page) {
  if (!page || !event.isTrusted) return;
  const menu = document.querySelector(MENU);
  const elsewhere = isTyping(event.target) && !menu?.contains(event.target);
  const done = !elsewhere && (menu ? choose(menu, event, page) : act(event, page));
  if (!done) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function act(event, page) {
  const held = isMac ? event.altKey : event.ctrlKey;
  const step = { ArrowLeft: 1, ArrowRight: -1 }[event.key];
  if (held && step) return moveWord(page, step, event.shiftKey);
  if (held && event.key === "ArrowDown") return moveLine(page, 1);
  if (held && event.key === "ArrowUp") return moveLine(page, -1);
  if (event.ctrlKey || event.altKey || event.metaKey) return false;
  const selection = selected();
  if (!selection) return false;
  if (event.key === "Delete" || event.key === "Backspace") return unmark(page, selection);
  const label = labelOf(event, page);
  return label ? mark(page, selection, label) : false;
}

function labelOf(event, page) {
  const key = latinKey(event);
  return key && page.spanTypes.find(({ suffixKey }) => suffixKey === key);
}

/** Mark the selection; a mark that covers just that is given the label instead. */
function mark(page, [start, end], label) {
  const same = page.annotations.find((row) => row.startOffset === start && row.endOffset === end);
  if (same && same.label === label.id) return true;
  const done = same ? page.updateSpan(same.id, label.id) : page.addSpan(start, end, label.id);
  done.then(() => requestAnimationFrame(() => select(start, end)));
  return true;
}

/** Take away the smallest mark around the selection. */
function unmark(page, [start, end]) {
  const around = page.annotations
    .filter((row) => row.startOffset <= start && end <= row.endOffset)
    .sort((a, b) => a.endOffset - a.startOffset - (b.endOffset - b.startOffset));
  if (around.length) page.deleteSpan(around[0].id);
  return true;
}

/** Choose in the menu of labels by a label's key, unless a name is being typed to search for. */
function choose(menu, event, page) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.value) return false;
  const label = labelOf(event, page);
  const items = [...menu.querySelectorAll(".v-list-item__title")];
  const item = label && items.find((title) => title.textContent.trim() === label.text);
  item?.click();
  return Boolean(item);
}

function wordsOf(page) {
  return [...page.doc.text.matchAll(WORDS)].map((m) => [m.index, m.index + m[0].length]);
}

function moveWord(page, step, extend) {
  const words = wordsOf(page);
  const now = selected();
  const [first, last] = now ? bounds(words, now) : [-1, -1];
  if (!now || anchor === null || !extend) anchor = null;
  if (extend && now) {
    anchor ??= step > 0 ? first : last;
    const moving = (anchor === first ? last : first) + step;
    const [from, to] = [Math.min(anchor, moving), Math.max(anchor, moving)];
    if (from < 0 || to >= words.length) return true;
    return show(words[from][0], words[to][1]);
  }
  const next = (now ? (step > 0 ? last : first) : firstVisible(words) - step) + step;
  return words[next] ? show(...words[next]) : true;
}

/** Return the numbers of the first and the last word that a selection touches. */
function bounds(words, [start, end]) {
  const first = words.findIndex(([, wordEnd]) => wordEnd > start);
  const last = words.findLastIndex(([wordStart]) => wordStart < end);
  return [first, Math.max(first, last)];
}

function moveLine(page, step) {
  const lines = drawnLines();
  const now = selected();
  const current = now ? lines.findIndex(({ line }) => line.endOffset > now[0]) : -1;
  const goal = lines.slice(Math.max(0, current + step));
  const words = wordsOf(page);
  const candidates = step > 0 ? goal : lines.slice(0, Math.max(1, current)).reverse();
  for (const { line } of candidates) {
    const word = words.find(([start]) => start >= line.startOffset && start < line.endOffset);
    if (word) return show(...word);
  }
  return true;
}

function show(start, end) {
  scrollTo(start);
  select(start, end);
  return true;
}

function drawnLines() {
  return [...document.querySelectorAll(".annotation-text svg text[id]")]
    .filter((text) => text.annotatorElement && text.isConnected)
    .map((text) => ({ text, line: text.annotatorElement }))
    .sort((a, b) => a.line.startOffset - b.line.startOffset);
}

function firstVisible(words) {
  const line = drawnLines().find(({ text }) => text.getBoundingClientRect().top > 130)?.line;
  return Math.max(0, words.findIndex(([start]) => start >= (line?.startOffset ?? 0)));
}

/** Return what is selected in the text as offsets; null when nothing is. */
function selected() {
  const selection = window.getSelection();
  if (selection.isCollapsed) return null;
  const ends = [
    [selection.anchorNode, selection.anchorOffset],
    [selection.focusNode, selection.focusOffset],
  ].map(([node, offset]) => (node.parentNode?.annotatorElement?.startOffset ?? NaN) + offset);
  return ends.some(Number.isNaN) ? null : ends.sort((a, b) => a - b);
}

function select(start, end) {
  const lines = drawnLines();
  const place = (offset, isEnd) => {
    const found = lines.find(({ line }) => (isEnd ? offset <= line.endOffset : offset < line.endOffset));
    return found && [found.text.firstChild, offset - found.line.startOffset];
  };
  const [from, to] = [place(start, false), place(end, true)];
  if (from && to) window.getSelection().setBaseAndExtent(...from, ...to);
}

function scrollTo(offset) {
  const lines = drawnLines();
  const found = lines.find(({ line }) => line.startOffset <= offset && offset < line.endOffset);
  if (found) {
    found.text.scrollIntoView({ block: "center" });
    return;
  }
  const annotator = document.getElementById("container").__vue__;
  const above = annotator.items.filter(({ textLine }) => textLine.endOffset <= offset);
  const top = annotator.$el.getBoundingClientRect().top + window.scrollY;
  const height = above.reduce((sum, { size }) => sum + size, 0);
  window.scrollTo({ top: top + height - window.innerHeight / 2 });
}
