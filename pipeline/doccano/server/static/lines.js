// Doccano breaks lines by the widths of lone letters, which joined letters are narrower than, and
// takes clusters for characters, so that it cuts vocalised words in two. Lines are broken here, by
// the widths of whole words as they are drawn.

// Names under the marks are drawn at 15 px, and measured by Doccano at the text's 22.
const NAME_SCALE = 15 / 22;
// Doccano leaves 30 units under a line's lowest name.
const SPARED_HEIGHT = 14;
const BREAK = /\r\n|\n|\r/g;
const WORD = /\S+\s*/gu;

/** Break the lines of every text that the open page shows. */
export function breakLines() {
  const annotator = document.getElementById("container").__vue__;
  let made = {};
  const textLines = () => {
    const { text, font, maxWidth, entityLabelList } = annotator;
    if (!font || !entityLabelList || maxWidth === -1) return [];
    if (made.text !== text || made.font !== font || made.maxWidth !== maxWidth) {
      const room = maxWidth - entityLabelList.maxLabelWidth * NAME_SCALE;
      made = { text, font, maxWidth, lines: linesOf(text, room, measure()) };
    }
    return made.lines;
  };
  Object.defineProperty(annotator, "textLines", { get: textLines });
  const { updateHeight, font } = annotator;
  annotator.updateHeight = (line, height) => updateHeight(line, height - SPARED_HEIGHT);
  // What was drawn already depends on the font: a copy has it drawn again.
  if (font) annotator.font = Object.assign(Object.create(Object.getPrototypeOf(font)), font);
}

/** Return a function from words to their drawn width, each measured once. */
function measure() {
  const drawn = document.getElementById("text");
  const widths = new Map();
  return (words) => {
    if (!widths.has(words)) {
      drawn.textContent = words;
      widths.set(words, drawn.getComputedTextLength());
      drawn.textContent = "";
    }
    return widths.get(words);
  };
}

/** Return the lines as half-open offsets; space stays at the end of its line. */
function linesOf(text, room, width) {
  const lines = [];
  let start = 0;
  for (const mark of [...text.matchAll(BREAK), null]) {
    const end = mark ? mark.index : text.length;
    if (mark || start < end) lines.push(...paragraphLines(text, start, end, room, width));
    start = mark ? end + mark[0].length : end;
  }
  return lines;
}

function paragraphLines(text, start, end, room, width) {
  const lines = [];
  let line = start;
  let used = 0;
  const close = (offset) => {
    lines.push({ startOffset: line, endOffset: offset });
    [line, used] = [offset, 0];
  };
  for (const word of text.slice(start, end).matchAll(WORD)) {
    for (const piece of piecesOf(word[0], room, width)) {
      const at = start + word.index + piece.index;
      if (used && used + width(piece.words.trimEnd()) > room && at > line) close(at);
      used += width(piece.words);
    }
  }
  close(end);
  return lines;
}

/** Return the word whole, or in pieces that fit where it alone is wider than a line. */
function piecesOf(word, room, width) {
  if (width(word.trimEnd()) <= room) return [{ index: 0, words: word }];
  const pieces = [{ index: 0, words: "" }];
  for (const { segment, index } of new Intl.Segmenter("ar").segment(word)) {
    const last = pieces.at(-1);
    if (last.words && width(last.words + segment) > room) pieces.push({ index, words: segment });
    else last.words += segment;
  }
  return pieces;
}
