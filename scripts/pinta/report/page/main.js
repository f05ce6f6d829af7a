/* Addresses, keys and the theme. #overview, #reader, #EVENT/NN and #EVENT/NN/UNIT are the addresses of the page. */

const THEMES = { auto: "Theme: system", light: "Theme: light", dark: "Theme: dark" };

function go(hash) {
  if (location.hash === `#${hash}`) route();
  else location.hash = hash;
}

function address() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return "";
  }
}

function route() {
  const hash = address();
  const [event, place, unit = null] = hash.split("/");
  const article = place ? articleById.get(`${event}/${place}`) : null;
  if (article) showReader("article", article, hasUnit(article, unit) ? unit : null);
  else if (place) showMissing(`${event}/${place}`);
  else if (hash === "reader") showReader("list");
  else setView("overview");
}

function showReader(view, article, unit) {
  const moved = article && article !== shown.article;
  setView(view);
  if (!byId("list").children.length && found.length) showList();
  if (article) showArticle(article, unit);
  else if (view === "list" && wide() && found.length && (!shown.article || !found.includes(shown.article))) showArticle(found[0]);
  if (moved) say(article.title);
  document.title = article ? `${article.title} · Pinta` : "Pinta: who asks whom for military aid";
}

const hasUnit = (article, unit) => ["requests", "stances", "claims", "entities"].some((layer) => payload(article)[layer].some((one) => one.id === unit));

function showMissing(id) {
  showReader("article");
  shown.article = null;
  byId("panel").replaceChildren();
  byId("paper").replaceChildren(el("p", { class: "notice" }, `This build has no article ${id}.`), el("p", {}, el("a", { href: "#reader" }, "All articles")));
}

function setView(view) {
  const before = document.body.dataset.view;
  document.body.dataset.view = view;
  byId("overview").hidden = view !== "overview";
  byId("reader").hidden = view === "overview";
  for (const link of document.querySelectorAll("[data-view-link]")) {
    const here = link.dataset.viewLink === (view === "overview" ? "overview" : "reader");
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (before !== view) window.scrollTo(0, 0);
}

/* One article on or back in the list that the filters leave. */
function step(by) {
  if (!found.length) return;
  const at = found.indexOf(shown.article);
  const next = document.body.dataset.view === "overview" || at < 0 ? 0 : Math.min(Math.max(at + by, 0), found.length - 1);
  go(found[next].id);
}

function stepUnit(by) {
  if (document.body.dataset.view === "overview" || !shown.article) return;
  const units = stops(payload(shown.article));
  const at = units.indexOf(shown.unit);
  const next = at < 0 ? (by > 0 ? 0 : units.length - 1) : (at + by + units.length) % units.length;
  if (units.length) go(`${shown.article.id}/${units[next]}`);
}

function leave() {
  if (shown.unit && document.body.dataset.view === "article") go(shown.article.id);
  else if (document.body.dataset.view === "article") go("reader");
  else if (document.body.dataset.view === "list") go("overview");
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  n: () => stepUnit(1),
  p: () => stepUnit(-1),
  o: () => go("overview"),
  t: () => byId("theme").click(),
  "?": () => byId("help").showModal(),
  Escape: leave,
  "/": () => {
    if (document.body.dataset.view === "overview") go("reader");
    setTimeout(() => byId("query").focus());
  },
};

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
  if (event.target.matches("input[type=search], select, textarea")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

/* The theme is kept where the browser lets a page of this address keep anything. */
function setTheme(theme) {
  const known = theme in THEMES ? theme : "auto";
  document.documentElement.dataset.theme = known;
  byId("theme").textContent = THEMES[known];
  try {
    localStorage.setItem("pinta-theme", known);
  } catch { /* private windows and some file: pages keep nothing */ }
}

function keptTheme() {
  try {
    return localStorage.getItem("pinta-theme") ?? "auto";
  } catch {
    return "auto";
  }
}

function nextTheme() {
  const names = Object.keys(THEMES);
  setTheme(names[(names.indexOf(document.documentElement.dataset.theme) + 1) % names.length]);
}

function start() {
  setTheme(keptTheme());
  byId("theme").addEventListener("click", nextTheme);
  byId("help-button").addEventListener("click", () => byId("help").showModal());
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("main").focus();
  });
  document.addEventListener("keydown", pressed);
  window.addEventListener("hashchange", route);
  byId("list").addEventListener("scroll", (event) => nearEnd(event.target) && listMore());
  window.addEventListener("scroll", () => !wide() && document.body.dataset.view === "list" && nearEnd(document.documentElement) && listMore(), { passive: true });
  byId("basic").open = wide();
  makeFilters();
  showFilters();
  showOverview();
  route();
}

const nearEnd = (box) => box.scrollTop + box.clientHeight > box.scrollHeight - 600;

start();
