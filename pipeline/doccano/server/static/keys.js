// Keys by their place on the keyboard: under an Arabic layout the key of "q" says "ض", and Doccano
// hears only what a key says. Left is forward, as the text runs.

const PLACE = /^(?:Key([A-Z])|Digit([0-9])|Numpad([0-9]))$/;
const MIRRORED = { ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" };
// Keys pressed in the panel, until they are let go: their effect may move the focus out of it, and
// Doccano acts on keys let go.
const heldInPanel = new Set();
const EDITABLE = "input, textarea, select, [contenteditable=true]";

/** Return the Latin letter or digit of the key pressed; undefined for other keys. */
export function latinKey(event) {
  const place = PLACE.exec(event.code);
  return place && (place[1]?.toLowerCase() ?? place[2] ?? place[3]);
}

/** Tell whether a key pressed there is typed into something. */
export function isTyping(target) {
  return target instanceof Element && target.matches(EDITABLE);
}

/** Pass on, in place of a key's own event, that of the key Doccano knows. */
export function translateKeys() {
  for (const kind of ["keydown", "keyup"]) {
    window.addEventListener(kind, (event) => pass(kind, event), true);
  }
}

function pass(kind, event) {
  if (belongsToPanel(kind, event)) {
    event.stopImmediatePropagation();
    return;
  }
  if (!event.isTrusted || event.defaultPrevented || isTyping(event.target)) return;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const key = MIRRORED[event.key] ?? latinKey(event);
  if (!key || key === event.key) return;
  event.stopImmediatePropagation();
  event.preventDefault();
  const { code, shiftKey, repeat } = event;
  const known = { key, code, shiftKey, repeat, bubbles: true, cancelable: true };
  event.target.dispatchEvent(new KeyboardEvent(kind, known));
}

function belongsToPanel(kind, event) {
  if (kind === "keyup") return heldInPanel.delete(event.code);
  const inside = event.target instanceof Element && event.target.closest("#tawsim-panel");
  if (inside) heldInPanel.add(event.code);
  return Boolean(inside);
}
