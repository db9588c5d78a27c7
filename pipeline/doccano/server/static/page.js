// Watches what Doccano draws: its leftover English becomes Arabic, its annotation page gets a panel,
// a word cursor and lines that fit.
import { breakLines } from "./lines.js";
import { showPanel } from "./panel.js";
import { handleWordKeys } from "./cursor.js";
import { translate } from "./words.js";

const OWN_TEXT = ".annotation-text, #tawsim-panel, script, style, input, textarea";

let page = null;

/** Return the component of the annotation page that is open, null elsewhere. */
export function openPage() {
  return page;
}

/** Follow every change of the document from now on. */
export function watchPage() {
  let waiting = false;
  const observer = new MutationObserver((changes) => {
    for (const change of changes) translateChange(change);
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      followPage();
    });
  });
  const changes = { childList: true, subtree: true, characterData: true };
  observer.observe(document.documentElement, changes);
  handleWordKeys(openPage);
}

function translateChange(change) {
  if (change.type === "characterData") translateText(change.target);
  for (const node of change.addedNodes) {
    const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    if (node.nodeType === Node.TEXT_NODE) translateText(node);
    while (texts.nextNode()) translateText(texts.currentNode);
  }
}

function translateText(node) {
  if (!node.parentElement || node.parentElement.closest(OWN_TEXT)) return;
  const arabic = translate(node.data);
  if (arabic && arabic !== node.data) node.data = arabic;
}

/** Find the page that is open now, and set it up if it is a new one. */
function followPage() {
  if (page && !page._isDestroyed) return;
  page = window.$nuxt ? findPage(window.$nuxt) : null;
  if (!page) return;
  closeDrawer(page);
  breakLines();
  showPanel(page);
}

function findPage(component) {
  // Drawn once its first document is there.
  if (component.$options.methods?.addSpan && component.doc?.id) return component;
  for (const child of component.$children) {
    const found = findPage(child);
    if (found) return found;
  }
  return null;
}

/** Give the text the width of the menu, which has its button. */
function closeDrawer(page) {
  for (let layout = page; layout; layout = layout.$parent) {
    if ("drawerLeft" in layout) layout.drawerLeft = false;
  }
}
