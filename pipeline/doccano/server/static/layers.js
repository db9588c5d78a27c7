// The layers told apart without colour: entities by a plain line, dates by a dashed one, stances by
// a thick one, holders by a dotted one.

const STYLES = {
  dates: "stroke-dasharray: 9 7; stroke-linecap: butt",
  stance: "stroke-width: 9px",
  holder: "stroke-dasharray: 0.1 9",
};

/** Give each layer its line; `layers` are the names of its labels. */
export function styleLayers(page, layers) {
  const rules = Object.entries(STYLES).flatMap(([layer, style]) =>
    page.spanTypes
      .filter(({ text }) => layers[layer].includes(text))
      .map(({ backgroundColor }) => `.annotation-text line[stroke="${backgroundColor}" i] {${style}}`),
  );
  let sheet = document.getElementById("tawsim-layers");
  if (!sheet) {
    sheet = document.createElement("style");
    sheet.id = "tawsim-layers";
    document.head.append(sheet);
  }
  sheet.textContent = rules.join("\n");
}
