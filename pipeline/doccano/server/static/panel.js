// The side panel: what each date means and who holds each stance, shown and changed at once.
// The server reads both as `tawsim collect` will.
import { showWords } from "./cursor.js";
import { ask, element } from "./parts.js";
import { styleLayers } from "./layers.js";

const NO_HOLDER = "بلا صاحب بعد";
const MODS = {
  START: "بداية",
  MID: "منتصف",
  END: "نهاية",
  APPROX: "نحو",
  BEFORE: "قبل",
  AFTER: "بعد",
  MORE_THAN: "أكثر من",
  LESS_THAN: "أقل من",
  ON_OR_BEFORE: "في موعد أقصاه",
  ON_OR_AFTER: "ابتداءً من",
};

/** Put the panel into the page's side column, and keep it true to the document. */
export function showPanel(page) {
  const column = page.$el.querySelector(".v-card.mt-4").parentElement;
  column.classList.add("tawsim-column");
  const panel = element("section", { id: "tawsim-panel", lang: "ar" });
  panel.setAttribute("aria-label", "القيم وأصحاب المواقف");
  column.append(panel);
  const refresh = () => fill(panel, page);
  page.$watch(() => [page.annotations, page.relations], refresh, { immediate: true });
}

/** Show what the server reads; not while someone types here, unless that is `done`. */
async function fill(panel, page, done = false) {
  const example = page.doc.id;
  const reading = await ask("reading", { example });
  if (page.doc.id !== example || (!done && panel.contains(document.activeElement))) return;
  styleLayers(page, reading.layers);
  panel.replaceChildren(
    element("p", { className: "tawsim-target" }, "القضية: ", page.project.description),
    ...reading.refusals.map((refusal) => refusalRow(panel, page, refusal)),
    ...section("للإصلاح", reading.faults.map((fault) => faultRow(page, fault))),
    ...section("للحسم", reading.proposals.map((text) => element("li", {}, text))),
    ...section("التواريخ", reading.dates.map((date) => dateRow(panel, page, date))),
    ...section("المواقف", reading.stance.map((row) => stanceRow(panel, page, row, reading.holders))),
  );
}

function section(title, rows) {
  return rows.length ? [element("h3", {}, title), element("ul", {}, ...rows)] : [];
}

/** The words of a span as a button that goes to them. */
function goTo(page, span, words) {
  const button = element("button", { type: "button", className: "tawsim-words" }, words);
  const { startOffset, endOffset } = page.annotations.find((row) => row.id === span) ?? {};
  button.addEventListener("click", ({ detail }) => {
    if (detail) button.blur(); // clicked by mouse: the keys go to the text
    showWords(startOffset, endOffset);
  });
  return button;
}

function dateRow(panel, page, date) {
  const input = element("input", { type: "text", dir: "auto", value: date.value ?? "" });
  input.setAttribute("aria-label", `قيمة ${date.words}`);
  input.placeholder = "؟";
  const by = date.value_by === "machine" ? "الآلة" : date.value_by ? "أنت" : "بلا قيمة";
  const note = element("small", {}, [by, MODS[date.mod], date.original_calendar].filter(Boolean).join(" · "));
  const row = element("li", {}, goTo(page, date.span, date.words), input, note);
  input.addEventListener("change", async () => {
    const order = { example: page.doc.id, span: date.span, value: input.value };
    const { refusal } = await ask("value", order);
    row.classList.toggle("tawsim-refused", Boolean(refusal));
    if (refusal) {
      note.textContent = refusal;
      note.setAttribute("role", "alert");
      return;
    }
    await fill(panel, page, true);
  });
  return row;
}

function stanceRow(panel, page, stance, holders) {
  const select = element("select", {}, element("option", { value: "" }, NO_HOLDER));
  select.setAttribute("aria-label", `صاحب ${stance.words}`);
  for (const holder of holders) {
    select.append(element("option", { value: holder.span }, holder.words));
  }
  select.value = stance.holder ?? "";
  const row = element("li", {}, goTo(page, stance.span, stance.words), select);
  row.classList.toggle("tawsim-refused", stance.holder === null);
  select.addEventListener("change", async () => {
    const tied = page.relations.filter(
      ({ fromId, toId }) => fromId === stance.span || toId === stance.span,
    );
    for (const relation of tied) await page.deleteRelation(relation.id);
    if (select.value) {
      await page.addRelation(stance.span, Number(select.value), page.relationTypes[0].id);
    }
    await fill(panel, page, true);
  });
  return row;
}

/** A span for which the document would be left where it is, and why. */
function faultRow(page, { span, words, cause }) {
  const note = element("small", {}, cause);
  const row = element("li", { className: "tawsim-refused" }, goTo(page, span, words), note);
  row.setAttribute("role", "alert");
  return row;
}

function refusalRow(panel, page, { cause, comment, text }) {
  const remove = element("button", { type: "button" }, "احذف التعليق");
  remove.addEventListener("click", async () => {
    await page.$repositories.comment.delete(page.projectId, comment);
    await fill(panel, page, true);
  });
  const alert = element("p", { className: "tawsim-refused" }, `${text}: ${cause} `, remove);
  alert.setAttribute("role", "alert");
  return alert;
}
