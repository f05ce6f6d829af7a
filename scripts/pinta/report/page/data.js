/* The data of the page: an index of all articles, read at once, and their texts in chunks, read when they are opened. */

const index = JSON.parse(byId("index").textContent);
const articles = index.articles;
const articleById = new Map(articles.map((article) => [article.id, article]));
const eventById = new Map(index.events.map((event) => [event.id, event]));
const chunks = new Map();
const folded = new Map();

const NOBODY = { name: "nobody in particular" };
const party = (n) => (n === null ? NOBODY : index.parties[n]);
const label = (set, id) => index.labels[set]?.labels[id] ?? { title: id, about: "", tag: id };
const title = (set, id) => label(set, id).title;
const eventOf = (article) => eventById.get(article.event);

/* "2025-10" → 2025; null where the event has no plain year. */
const yearOf = (article) => (/^\d{4}/.test(eventOf(article).date ?? "") ? Number(eventOf(article).date.slice(0, 4)) : null);
const decadeOf = (article) => (yearOf(article) === null ? "undated" : `${Math.floor(yearOf(article) / 10)}0s`);

function chunk(n) {
  if (!chunks.has(n)) {
    const block = byId(`chunk-${n}`);
    chunks.set(n, JSON.parse(block.textContent));
    block.remove();
  }
  return chunks.get(n);
}

const payload = (article) => chunk(article.chunk)[article.id];

/* What a search looks through: title, event and text, in lower case. */
function haystack(article) {
  if (!folded.has(article.id)) {
    folded.set(article.id, [article.title, eventOf(article).title, payload(article).text ?? ""].join("\n").toLowerCase());
  }
  return folded.get(article.id);
}

/* Read all chunks, a few at a time, so that the page stays alive while a large corpus is read for the first search. */
async function readAll() {
  const last = Math.max(-1, ...articles.map((article) => article.chunk));
  for (let n = 0; n <= last; n += 1) {
    const known = chunks.has(n);
    chunk(n);
    if (!known && n % 8 === 7) await new Promise((done) => setTimeout(done));
  }
}

/* Polarity of a stance by the table of the schema, turned round when negated. */
function polarity(stance) {
  const plain = label("stance_act", stance.act).polarity;
  return stance.negated ? label("polarity", plain).opposite : plain;
}

/* Values and how often they occur, most frequent first. */
function tally(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return new Map([...counts].sort((a, b) => b[1] - a[1] || String(a[0]).localeCompare(String(b[0]))));
}

const allRequests = articles.flatMap((article) => article.requests);
const allStances = articles.flatMap((article) => article.stances);
