// Doccano cuts lines by the widths of lone letters; joined letters are narrower, and a fifth of
// every line stays empty. The widths are scaled to what this text measures.

const SAMPLE_LENGTH = 2000;
// Doccano leaves 30 units under a line's lowest label.
const SPARED_HEIGHT = 14;

/** Refit the lines of every text the page opens. */
export function fitLines() {
  const annotator = document.getElementById("container").__vue__;
  annotator.$watch("font", (font) => font && fit(annotator, font), { immediate: true });
  const { updateHeight } = annotator;
  annotator.updateHeight = (line, height) => updateHeight(line, height - SPARED_HEIGHT);
}

function fit(annotator, font) {
  if (font.fitted) return;
  const sample = annotator.text.slice(0, SAMPLE_LENGTH).replace(/\s+/g, " ");
  const measure = document.getElementById("text");
  measure.textContent = sample;
  const drawn = measure.getComputedTextLength();
  measure.textContent = "";
  const ratio = Math.min(1, drawn / font.widthOf(sample));
  const width = new Map([...font.width].map(([letter, units]) => [letter, units * ratio]));
  const fitted = Object.create(Object.getPrototypeOf(font));
  annotator.font = Object.assign(fitted, font, { width, fitted: true });
}
