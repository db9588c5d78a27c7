// The first of our scripts: Doccano's own start only once the typeface is there, since it measures
// every character once, and reads right to left before its first paint.
import { watchPage } from "./page.js";
import { translateKeys } from "./keys.js";
import { messages } from "./words.js";

const FACES = ['20px "Noto Naskh Arabic"', '700 20px "Noto Naskh Arabic"'];
const SAMPLE = "أبجد abc";

/** Settle what Doccano draws by, at the moment its root exists and nothing is drawn. */
function prepare(nuxt) {
  if (!nuxt.$store.state.config.rtl) nuxt.$store.dispatch("config/toggleRTL");
  nuxt.$vuetify.rtl = true;
  nuxt.$i18n.mergeLocaleMessage("en", messages);
  nuxt.$i18n.locales.find((locale) => locale.code === "en").name = "العربية";
}

let root;
Object.defineProperty(window, "$nuxt", {
  configurable: true,
  get: () => root,
  set(nuxt) {
    root = nuxt;
    prepare(nuxt);
  },
});

// "en" carries our Arabic: a browser in French, German or Chinese is not sent elsewhere.
if (!document.cookie.includes("i18n_redirected=")) {
  document.cookie = "i18n_redirected=en; path=/; SameSite=Strict";
}
watchPage(); // before the keys are translated: its own go by their places
translateKeys();

await Promise.allSettled(FACES.map((face) => document.fonts.load(face, SAMPLE)));
for (const waiting of document.querySelectorAll("script[data-after-font]")) {
  const script = document.createElement("script");
  script.src = waiting.dataset.afterFont;
  script.async = false;
  document.body.append(script);
}
