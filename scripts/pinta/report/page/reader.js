/* The reader: the list of found articles, one article with its layers, and the panel with its units. */

const PAGE = 60;
const NO_TEXT = "The text of this article may not be redistributed; its annotation stands beside it. “pinta hydrate” joins it with a copy of yours.";
const shown = { article: null, unit: null, listed: 0 };
const hidden = new Set();

function showList() {
  byId("list").replaceChildren();
  shown.listed = 0;
  listMore();
  markListed();
}

/* Rows are made as the list is scrolled, so that thousands of articles cost nothing until they are looked at. */
function listMore(until = shown.listed + PAGE) {
  const rows = found.slice(shown.listed, until).map(listRow);
  shown.listed += rows.length;
  byId("list").append(...rows);
}

function listRow(article) {
  const asks = [...new Set(article.requests.map((request) => `${party(request.from).name} → ${party(request.to).name}`))];
  const meta = [yearOf(article), title("genre", article.genre), title("split", article.split)].filter(Boolean).join(" · ");
  return el("li", { "data-id": article.id }, el("a", { href: `#${article.id}` },
    el("strong", { lang: article.language }, article.title),
    el("span", { class: "row-asks" }, asks.length ? asks.slice(0, 3).join("; ") + (asks.length > 3 ? " …" : "") : "no request"),
    el("small", {}, meta),
    query ? snippet(article) : null));
}

/* The words around the first hit of a search. */
function snippet(article) {
  const text = payload(article).text ?? "";
  const word = query.toLowerCase().split(/\s+/)[0];
  const at = text.toLowerCase().indexOf(word);
  if (at < 0 || text.toLowerCase().length !== text.length) return null;
  const start = Math.max(0, text.lastIndexOf(" ", at - 30) + 1);
  const end = at + word.length;
  return el("span", { class: "snippet" }, `${start ? "…" : ""}${text.slice(start, at)}`, el("mark", {}, text.slice(at, end)), `${text.slice(end, end + 60)}…`);
}

function markListed() {
  for (const row of byId("list").children) row.firstChild.removeAttribute("aria-current");
  const at = found.indexOf(shown.article);
  if (at >= shown.listed) listMore(at + PAGE);
  const row = byId("list").children[at];
  if (!row) return;
  row.firstChild.setAttribute("aria-current", "true");
  if (wide()) row.scrollIntoView({ block: "center" });
}

function showArticle(article, unit = null) {
  if (shown.article !== article) {
    shown.article = article;
    const body = payload(article);
    byId("paper").replaceChildren(...paper(article, body));
    byId("panel").replaceChildren(...panel(article, body));
    byId("paper").scrollTop = byId("panel").scrollTop = 0;
    markListed();
  }
  showUnit(unit);
  markHits();
}

/* Mark the words of a search in the text, where the browser can do so without touching the elements. */
function markHits() {
  if (!globalThis.Highlight || !byId("text")) return;
  const ranges = [];
  const walker = document.createTreeWalker(byId("text"), NodeFilter.SHOW_TEXT);
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.toLowerCase();
    for (const word of words) {
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
        const range = new Range();
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, Math.min(at + word.length, walker.currentNode.length));
        ranges.push(range);
      }
    }
  }
  CSS.highlights.set("search", new Highlight(...ranges));
}

function paper(article, body) {
  const event = eventOf(article);
  const text = el("div", { class: "text", lang: article.language, id: "text" });
  for (const layer of hidden) text.classList.add(`without-${layer}`);
  const points = Array.from(body.text ?? "");
  if (body.text === null) text.append(el("p", { class: "notice" }, NO_TEXT));
  else annotate(text, points, spansOf(body));
  text.addEventListener("click", pick);
  return [
    el("p", { class: "back" }, el("a", { href: "#reader" }, "← all articles")),
    el("p", { class: "kicker" }, `${event.date ?? ""} · ${event.title}`),
    el("h2", { class: "headline", lang: article.language, tabindex: -1 }, article.title),
    el("p", { class: "meta" },
      el("a", { href: `#${article.id}` }, article.id), ` · ${title("genre", article.genre)} · ${title("split", article.split)} · ${body.licence} · `,
      `annotated by ${body.annotator.id} (${title("annotator_kind", body.annotator.kind).toLowerCase()})`),
    legend(body), text, pager(article),
  ];
}

function legend(body) {
  const present = new Set(spansOf(body).map((span) => span.layer));
  const layers = Object.keys(LAYERS).filter((layer) => present.has(layer));
  const box = (layer) => el("label", {},
    el("input", { type: "checkbox", checked: !hidden.has(layer), onchange: (event) => {
      if (event.target.checked) hidden.delete(layer);
      else hidden.add(layer);
      byId("text").classList.toggle(`without-${layer}`, !event.target.checked);
    } }),
    el("span", { class: `u ${layer} sample` }, LAYERS[layer]));
  const types = [...new Set(body.mentions.map((mention) => mention.type))].sort((a, b) => order("entity_type", a) - order("entity_type", b));
  const type = (id) => el("span", { class: "u mention sample", "--own": label("entity_type", id).color, "data-tag": label("entity_type", id).tag }, title("entity_type", id));
  return el("details", { class: "legend", open: wide() }, el("summary", {}, "Layers"),
    el("div", { class: "layers", role: "group", "aria-label": "Layers to show" }, layers.map(box)),
    el("div", { class: "types" }, types.map(type), types.length ? el("small", {}, "* stands for something else (Kremlin: Russia)") : null));
}

function pager(article) {
  const at = found.indexOf(article);
  const link = (to, text, rel) => (to ? el("a", { href: `#${to.id}`, rel }, text) : el("span", {}));
  return el("nav", { class: "pager", "aria-label": "Neighbouring articles" },
    link(found[at - 1], "← previous", "prev"), link(at < 0 ? null : found[at + 1], "next →", "next"));
}

/* A click on a word chooses its request, stance or claim, or else its entity; on a word of several, the next one. */
function pick(event) {
  const span = event.target.closest(".u");
  if (!span) return;
  const units = [];
  for (let node = span; node && node !== byId("text"); node = node.parentNode) {
    const hiddenLayer = hidden.has(node.dataset.span) || node.dataset.span === "evidence";
    if (!hiddenLayer) units.push(...node.dataset.units.split(" ").filter((unit) => /^[rsce]/.test(unit)));
  }
  if (units.length) go(`${shown.article.id}/${units[(units.indexOf(shown.unit) + 1) % units.length]}`);
}

/* Mark what belongs to a unit, in the text and in the panel; null marks nothing. */
function showUnit(unit) {
  shown.unit = unit;
  const body = payload(shown.article);
  const roles = rolesOf(body, unit);
  byId("text").classList.toggle("focused", unit !== null);
  for (const span of byId("text").querySelectorAll(".u")) {
    const units = span.dataset.units.split(" ");
    const role = units.map((id) => roles.get(id)).find(Boolean);
    span.classList.toggle("on", units.includes(unit) || Boolean(role));
    if (role && span.dataset.part === "0") span.dataset.role = role;
    else delete span.dataset.role;
  }
  for (const card of byId("panel").querySelectorAll("[data-unit]")) {
    const own = card.dataset.unit === unit;
    card.classList.toggle("on", own);
    if (own && wide()) card.scrollIntoView({ block: "nearest" });
  }
  if (unit) byId("text").querySelector(".u.on:not(.evidence)")?.scrollIntoView({ block: wide() ? "nearest" : "center" });
}

/* What entities do in a request or a stance: the words that stand before their names while it is chosen. */
function rolesOf(body, unit) {
  const roles = new Map();
  const request = body.requests.find((one) => one.id === unit);
  const stance = body.stances.find((one) => one.id === unit);
  if (request) {
    if (request.messenger) roles.set(request.messenger, "messenger");
    for (const supplier of request.suppliers) roles.set(supplier, "asked");
    roles.set(request.requester, "asks");
  }
  if (stance) {
    if (stance.voiced_by) roles.set(stance.voiced_by, "voice");
    roles.set(stance.target, "target");
    roles.set(stance.holder, "holder");
  }
  return roles;
}

/* The units of an article that have addresses of their own and a place in the order of n and p. */
const stops = (body) => [...body.requests, ...body.stances].map((unit) => unit.id);

function panel(article, body) {
  const at = { article, body, points: Array.from(body.text ?? ""), names: new Map(body.entities.map((entity) => [entity.id, entity.name])) };
  const part = (heading, cards) => (cards.length ? el("section", {}, el("h3", {}, `${heading} `, el("span", {}, cards.length)), cards) : null);
  const parts = [
    part("Requests", body.requests.map((request) => requestCard(request, at))),
    part("Stances", body.stances.map((stance) => stanceCard(stance, at))),
    part("Claims", body.claims.map((claim) => claimCard(claim, at))),
    part("Entities", body.entities.map((entity) => entityCard(entity, at))),
  ].filter(Boolean);
  return body.requests.length ? parts : [el("p", { class: "none" }, "Nobody asks for military aid in this article."), ...parts];
}

const quoted = (span, at) => (span && at.points.length ? `“${at.points.slice(span.start, span.end).join("")}”` : null);
const chain = (ids, at) => ids.map((id) => at.names.get(id)).join(" ‹ ");

function card(unit, heading, at, ...rest) {
  return el("div", { class: "card", "data-unit": unit },
    el("h4", {}, el("a", { href: `#${at.article.id}/${unit}` }, heading, " ", el("small", {}, unit))), rest);
}

function slots(rows) {
  return el("dl", {}, rows.filter(([, value]) => value).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

const pill = (set, id) => el("span", { class: "pill", "--own": label(set, id).color, title: label(set, id).about }, title(set, id));

function requestCard(request, at) {
  const to = request.suppliers.length ? request.suppliers.map((id) => at.names.get(id)).join(", ") : NOBODY.name;
  return card(request.id, `${at.names.get(request.requester)} → ${to}`, at,
    el("p", { class: "pills" }, pill("request_status", request.status), pill("realis", request.realis)),
    el("ul", { class: "items" }, request.items.map((item) => itemLine(item, at))),
    slots([
      ["act of asking", quoted(request.cue, at)], ["channel", title("request_channel", request.channel)], ["messenger", at.names.get(request.messenger)],
      ["date", request.date && [quoted(request.date, at), request.date.edtf].filter(Boolean).join(" ")], ["purpose", title("purpose", request.purpose)],
      ["reported by", chain(request.attribution, at)],
    ]));
}

function itemLine(item, at) {
  const specs = item.specifications.map((spec) => [`${title("specification", spec.attribute)}: `, quoted(spec, at), spec.value === null ? null : ` ${measure(spec)}`]);
  return el("li", {}, el("b", {}, quoted(item, at) ?? item.designation ?? item.id), el("span", {}, ` ${title("item_kind", item.kind)} · ${title("item_category", item.category)}`),
    item.quantity ? el("span", { class: "detail" }, "Quantity: ", quoted(item.quantity, at), ` ${measure(item.quantity)}`) : null,
    specs.map((spec) => el("span", { class: "detail" }, spec)));
}

/* "(about 200 persons)": comparator, value and unit in the words of the schema. */
function measure(of) {
  const value = of.value_max === null ? number(of.value) : `${number(of.value)} to ${number(of.value_max)}`;
  return `(${title("comparator", of.comparator).toLowerCase()} ${value}, ${title("unit", of.unit).toLowerCase()})`;
}

function stanceCard(stance, at) {
  const claim = at.body.claims.find((one) => one.id === stance.target);
  const asked = at.body.requests.find((one) => one.id === stance.target);
  const author = claim?.author ? ` of ${at.names.get(claim.author)}` : "";
  const target = at.names.get(stance.target) ?? (claim ? `claim${author}` : `request of ${at.names.get(asked?.requester)}`);
  return card(stance.id, `${at.names.get(stance.holder)} → ${target}`, at,
    el("p", { class: "pills" }, pill("stance_act", stance.act), el("span", { class: "pill" }, `${stance.negated ? "negated, " : ""}${polarity(stance)}`)),
    slots([["cue", quoted(stance.cue, at) ?? title("explicitness", stance.explicitness)], ["the claim", quoted(claim, at)], ["voiced by", at.names.get(stance.voiced_by)], ["reported by", chain(stance.attribution, at)]]));
}

function claimCard(claim, at) {
  return card(claim.id, title("claim_kind", claim.kind), at, slots([["words", quoted(claim, at)], ["of", at.names.get(claim.author) ?? "not said"]]));
}

function entityCard(entity, at) {
  const wikidata = /^Q\d+$/.test(entity.wikidata ?? "") ? el("a", { href: `https://www.wikidata.org/wiki/${entity.wikidata}`, rel: "noreferrer noopener" }, entity.wikidata) : null;
  return el("div", { class: "card slim", "data-unit": entity.id, "--own": label("entity_type", entity.type).color },
    el("h4", {}, el("a", { href: `#${at.article.id}/${entity.id}` }, entity.name)),
    el("p", {}, title("entity_type", entity.type), ` · ${entity.mentions.length}×`, entity.iso3 ? ` · ${entity.iso3}` : "", wikidata ? " · " : "", wikidata));
}
