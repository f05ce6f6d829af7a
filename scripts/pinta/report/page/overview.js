/* The overview: figures of the whole build. */

const ordered = (set, counts) => [...counts].sort((a, b) => order(set, a[0]) - order(set, b[0]));

/* The busiest rows and columns of a matrix, none of them empty. */
function busiest(pairs, rows, columns) {
  const to = topOf(pairs.map((pair) => pair[1]), columns);
  const from = topOf(pairs.filter((pair) => to.includes(pair[1])).map((pair) => pair[0]), rows);
  return [from, to.filter((n) => pairs.some((pair) => pair[1] === n && from.includes(pair[0])))];
}

const topOf = (values, n) => [...tally(values).keys()].slice(0, n);

function showOverview() {
  byId("version").textContent = ` ${index.version}`;
  showLead();
  showFlow();
  const items = allRequests.flatMap((request) => request.items);
  const slot = (name) => tally(allRequests.map((request) => request[name]));
  groupedBars(byId("categories"), "category", [...tally(items.map((item) => item[1]))]);
  bars(byId("kinds"), "kind", [...tally(items.map((item) => item[0]))]);
  bars(byId("purposes"), "purpose", [...slot("purpose")]);
  bars(byId("statuses"), "status", [...slot("status")], { colors: true });
  bars(byId("channels"), "channel", [...slot("channel")]);
  bars(byId("realis"), "realis", [...slot("realis")]);
  bars(byId("acts"), "act", [...tally(allStances.map((stance) => stance.act))], { colors: true });
  bars(byId("decades"), "decade", [...options("decade")].sort());
  bars(byId("genres"), "genre", [...options("genre")]);
  bars(byId("splits"), "split", ordered("split", options("split")));
  bars(byId("languages"), "language", [...options("language")]);
  showStances();
  showUnits();
  showAgreement();
  showBaselines();
}

function showLead() {
  const years = articles.map(yearOf).filter((year) => year !== null);
  const span = years.length ? `, ${Math.min(...years)} to ${Math.max(...years)}` : "";
  const items = allRequests.reduce((sum, request) => sum + request.items.length, 0);
  const makers = [...tally(articles.map((article) => article.by))].map(([kind, count]) => `${title("annotator_kind", kind).toLowerCase()} (${number(count)})`);
  byId("lead").textContent =
    `${number(articles.length)} articles about ${number(index.events.length)} events${span}. Each says who asks, who is asked, for what, ` +
    `through which channel, and what came of it; and who backs, attacks, denies or threatens whom. Annotated by: ${makers.join(", ")}.`;
  const requesters = new Set(allRequests.map((request) => request.from)).size;
  const suppliers = new Set(allRequests.map((request) => request.to).filter((n) => n !== null)).size;
  const facts = { articles: articles.length, events: index.events.length, requests: allRequests.length, "requested items": items, requesters, suppliers, stances: allStances.length };
  byId("numbers").append(...Object.entries(facts).map(([name, count]) => el("div", {}, el("dt", {}, name), el("dd", {}, number(count)))));
  byId("footer").textContent = `${index.name} ${index.version}. Made by “pinta report”; nothing on this page is fetched from anywhere.`;
}

function showFlow() {
  const pairs = allRequests.map((request) => [request.from, request.to]);
  const open = (from, to) => openFiltered({ ...(from === undefined ? {} : { requester: key(from) }), ...(to === undefined ? {} : { supplier: key(to) }) });
  const sides = (n, m) => [topOf(pairs.map((pair) => pair[0]), n), topOf(pairs.map((pair) => pair[1]), m)];
  let drawn = 0;
  const draw = () => {
    const width = byId("flow").clientWidth;
    if (width && width !== drawn) flow(byId("flow"), pairs, width < 560 ? sides(14, 8) : sides(22, 12), open);
    drawn = width || drawn;
  };
  new ResizeObserver(draw).observe(byId("flow"));
  draw();
  matrix(byId("matrix"), "Requests by requester (rows) and supplier (columns)", pairs, busiest(pairs, 16, 20), { open });
}

function showStances() {
  const pairs = allStances.filter((stance) => stance.to !== null).map((stance) => [stance.from, stance.to, polarity(stance)]);
  const acts = Object.keys(index.labels.stance_act.labels);
  const names = (sign) => acts.filter((act) => label("stance_act", act).polarity === sign).map((act) => title("stance_act", act).toLowerCase()).join(", ");
  byId("stances-note").textContent =
    `What a holder (rows) does to a party (columns). + ${names("positive")}; − ${names("negative")}; negated ones count the other way. ` +
    "For a claim or a request stands the one whose it is.";
  const open = (from, to) => openFiltered({ holder: key(from), target: key(to) });
  matrix(byId("stance-matrix"), "Stances by holder (rows) and target (columns)", pairs, busiest(pairs, 14, 12), { signed: true, open });
}

function showUnits() {
  const splits = Object.keys(index.statistics).sort((a, b) => order("split", a) - order("split", b));
  const names = [...new Set(splits.flatMap((split) => Object.keys(index.statistics[split])))].filter((name) => name !== "labels");
  const rows = names.map((name) => {
    const counts = splits.map((split) => index.statistics[split][name] ?? 0);
    return [name.replaceAll("_", " "), ...counts.map(number), number(counts.reduce((a, b) => a + b, 0))];
  });
  byId("units").append(table("Units by split", ["", ...splits, "all"], rows));
}

const interval = (row) => `${decimal(row.low)} to ${decimal(row.high)}`;

function showAgreement() {
  const reports = Object.entries(index.agreement);
  byId("agreement-section").hidden = reports.length === 0;
  if (!reports.length) return;
  const [, first] = reports[0];
  byId("agreement-note").textContent =
    `Two independent passes over ${number(first.articles)} articles, before adjudication; with 95 % bootstrap intervals over articles. ` +
    "F1 where finding the units is the task, Krippendorff’s α where they are given. A tall stroke marks what was aimed at.";
  for (const [name, report] of reports) {
    const rows = report.measures.map((row) => [row.title, decimal(row.value), interval(row), number(row.n), row.aim === null ? "" : row.aim.toFixed(2)]);
    const heading = `${name.replaceAll("_", " ")}: ${number(report.articles)} articles`;
    byId("agreement").append(el("h3", {}, heading), table(heading, ["measure", "value", "95 % interval", "n", "aim"], rows));
  }
}

function showBaselines() {
  const systems = Object.entries(index.baselines);
  byId("baselines-section").hidden = systems.length === 0;
  for (const [name, report] of systems) {
    const rows = report.measures.map((row) => [row.title, decimal(row.p.value), decimal(row.r.value), decimal(row.f1.value), interval(row.f1)]);
    byId("baselines").append(el("h3", {}, name), table(name, ["measure", "P", "R", "F1", "95 % interval"], rows));
  }
}
