/* Filters. Those of requests must all hold of one request, those of stances of one stance. Values are strings; "" is off. */

const key = (value) => (value === null ? "nobody" : String(value));
const FILTERS = {
  event: { title: "Event", of: (a) => [a.event], name: (v) => eventById.get(v).title },
  party: { title: "Party, in any role", of: (a) => partiesOf(a).map(key), name: partyName },
  category: { title: "Item", set: "item_category", level: "requests", of: (r) => r.items.map((item) => item[1]) },
  act: { title: "Stance", set: "stance_act", level: "stances", of: (s) => [s.act] },
  split: { title: "Split", set: "split", of: (a) => [a.split] },
  requester: { title: "Requester", level: "requests", of: (r) => [key(r.from)], name: partyName, more: true },
  supplier: { title: "Supplier", level: "requests", of: (r) => [key(r.to)], name: partyName, more: true },
  kind: { title: "Kind of help", set: "item_kind", level: "requests", of: (r) => r.items.map((item) => item[0]), more: true },
  status: { title: "Answer", set: "request_status", level: "requests", of: (r) => [r.status], more: true },
  channel: { title: "Channel", set: "request_channel", level: "requests", of: (r) => [r.channel], more: true },
  purpose: { title: "Purpose", set: "purpose", level: "requests", of: (r) => [r.purpose], more: true },
  realis: { title: "Realis", set: "realis", level: "requests", of: (r) => [r.realis], more: true },
  holder: { title: "Holder of a stance", level: "stances", of: (s) => [key(s.from)], name: partyName, more: true },
  target: { title: "Target of a stance", level: "stances", of: (s) => [key(s.to)], name: partyName, more: true },
  genre: { title: "Genre", set: "genre", of: (a) => [a.genre], more: true },
  decade: { title: "Decade", of: (a) => [decadeOf(a)], name: (v) => v, more: true },
  language: { title: "Language", of: (a) => [a.language], name: languageName, more: true },
};
const chosen = {};
let found = articles;
let query = "";

function partyName(value) {
  return value === "nobody" ? NOBODY.name : index.parties[value].name;
}

function languageName(value) {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(value);
  } catch {
    return value;
  }
}

function partiesOf(article) {
  const units = [...article.requests, ...article.stances];
  return [...new Set(units.flatMap((unit) => [unit.from, unit.to]))].filter((n) => n !== null);
}

const valueName = (id, value) => (FILTERS[id].set ? title(FILTERS[id].set, value) : FILTERS[id].name(value));
const unitsOf = (filter, article) => (filter.level ? article[filter.level] : [article]);

/* Values of a filter with the number of articles that have them. */
function options(id) {
  const filter = FILTERS[id];
  return tally(articles.flatMap((article) => [...new Set(unitsOf(filter, article).flatMap((unit) => filter.of(unit)))]));
}

function passes(article) {
  const active = Object.keys(chosen);
  const holds = (unit, ids) => ids.every((id) => FILTERS[id].of(unit).includes(chosen[id]));
  const at = (level) => active.filter((id) => FILTERS[id].level === level);
  const some = (level) => at(level).length === 0 || article[level].some((unit) => holds(unit, at(level)));
  return holds(article, at(undefined)) && some("requests") && some("stances");
}

/* Whether a request is one of those that the filters look for. */
function wanted(request) {
  const ids = Object.keys(chosen).filter((id) => FILTERS[id].level === "requests");
  return ids.length > 0 && ids.every((id) => FILTERS[id].of(request).includes(chosen[id]));
}

async function search() {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const asked = query;
  if (words.length) await readAll();
  if (asked !== query) return;
  found = articles.filter((article) => passes(article) && words.every((word) => haystack(article).includes(word)));
  showFilters();
  showList();
  markHits();
}

function choose(values) {
  for (const [id, value] of Object.entries(values)) {
    if (value === "") delete chosen[id];
    else chosen[id] = String(value);
  }
  return search();
}

function clearFilters() {
  for (const id of Object.keys(chosen)) delete chosen[id];
  query = byId("query").value = "";
  return search();
}

/* Open the articles that a mark of the overview stands for. */
async function openFiltered(values) {
  await clearFilters();
  await choose(values);
  go("reader");
}

function makeFilters() {
  for (const [id, filter] of Object.entries(FILTERS)) {
    const values = [...options(id)];
    if (filter.set) values.sort((a, b) => order(filter.set, a[0]) - order(filter.set, b[0]));
    if (id === "event" || id === "decade") values.sort((a, b) => a[0].localeCompare(b[0]));
    filter.select = el("select", { name: id, onchange: (event) => choose({ [id]: event.target.value }) }, el("option", { value: "" }, "all"));
    filter.select.append(...optionNodes(id, values));
    const field = el("label", {}, el("span", {}, filter.title), filter.select);
    byId(filter.more ? "more-fields" : "fields").append(field);
  }
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("query").addEventListener("input", debounce(() => {
    query = byId("query").value.trim();
    search();
  }));
}

const order = (set, id) => Object.keys(index.labels[set]?.labels ?? {}).indexOf(id);

function optionNodes(id, values) {
  const node = ([value, count]) => el("option", { value }, `${valueName(id, value)} (${count})`);
  const groupOf = ([value]) => (FILTERS[id].set ? label(FILTERS[id].set, value).group : null);
  const groups = [...new Set(values.map(groupOf))];
  if (groups.length < 2) return values.map(node);
  return groups.map((group) => el("optgroup", { label: group ?? "" }, values.filter((value) => groupOf(value) === group).map(node)));
}

function debounce(act) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, 120);
  };
}

function showFilters() {
  for (const [id, filter] of Object.entries(FILTERS)) filter.select.value = chosen[id] ?? "";
  if (Object.keys(chosen).some((id) => FILTERS[id].more)) byId("more").open = byId("basic").open = true;
  const chip = (id) =>
    el("button", { type: "button", class: "chip", "aria-label": `Remove filter ${FILTERS[id].title}`, onclick: () => choose({ [id]: "" }) },
      `${FILTERS[id].title}: ${valueName(id, chosen[id])} ✕`);
  const all = el("button", { type: "button", class: "chip all", onclick: clearFilters }, "Clear all");
  const active = Object.keys(chosen);
  byId("chips").replaceChildren(...active.map(chip), ...(active.length || query ? [all] : []));
  const requests = found.flatMap((article) => article.requests).filter(wanted).length;
  byId("count").textContent = `${number(found.length)} of ${number(articles.length)} articles${requests ? `, ${number(requests)} requests` : ""}`;
}
