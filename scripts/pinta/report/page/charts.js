/* Charts that are controls: bars, matrices and the flow are buttons and links first, pictures second. */

const HUES = [25, 250, 145, 85, 310, 195, 55, 280, 120, 340, 220, 170];

/* Bars, one a label: title, bar, count. `values`: [label id, count]; the id is passed on to the filter. */
function bars(where, filter, values, { set = FILTERS[filter].set, colors = false } = {}) {
  const top = Math.max(1, ...values.map(([, count]) => count));
  const bar = ([id, count]) => {
    const about = set ? label(set, id) : null;
    return el("li", {},
      el("button", { type: "button", class: "barline", title: about?.about, onclick: () => openFiltered({ [filter]: id }) },
        el("span", { class: "bar-name" }, valueName(filter, id)),
        el("span", { class: "bar-track", "aria-hidden": "true" },
          el("span", { class: "bar-fill", "--share": count / top, "--own": colors ? about?.color : null })),
        el("span", { class: "bar-count" }, number(count))));
  };
  where.append(el("ul", { class: "bars" }, values.map(bar)));
}

/* Bars under the headings of their groups, groups by size. */
function groupedBars(where, filter, values) {
  const set = FILTERS[filter].set;
  const groups = new Map();
  for (const value of values) {
    const group = label(set, value[0]).group ?? "";
    groups.set(group, [...(groups.get(group) ?? []), value]);
  }
  const size = (rows) => rows.reduce((sum, [, count]) => sum + count, 0);
  const top = values.length ? values[0][1] : 1;
  for (const [group, rows] of [...groups].sort((a, b) => size(b[1]) - size(a[1]))) {
    const box = el("div", { class: "bar-group" }, el("h4", {}, group, el("span", {}, number(size(rows)))));
    bars(box, filter, rows);
    for (const fill of box.querySelectorAll(".bar-fill")) fill.style.setProperty("--scale", rows[0][1] / top);
    where.append(box);
  }
}

/* A matrix of counts. `pairs`: [row, column, sign]; cells show the count, or plus and minus apart. */
function matrix(where, caption, pairs, [rows, columns], { signed = false, open }) {
  const cells = new Map();
  for (const [row, column, sign] of pairs) {
    const at = `${row} ${column}`;
    const cell = cells.get(at) ?? { all: 0, plus: 0, minus: 0 };
    cell.all += 1;
    cell[sign === "positive" ? "plus" : "minus"] += 1;
    cells.set(at, cell);
  }
  const top = Math.max(1, ...[...cells.values()].map((cell) => cell.all));
  const head = (n) => el("th", { scope: "col" }, el("span", {}, party(n).name));
  const line = (row) => el("tr", {}, el("th", { scope: "row" }, party(row).name), columns.map((column) => {
    const cell = cells.get(`${row} ${column}`);
    return el("td", {}, cell ? cellButton(cell, top, signed, `${party(row).name} → ${party(column).name}`, () => open(row, column)) : null);
  }));
  where.append(el("table", { class: "matrix" }, el("caption", { class: "unseen" }, caption),
    el("thead", {}, el("tr", {}, el("td", {}), columns.map(head))), el("tbody", {}, rows.map(line))));
}

function cellButton(cell, top, signed, name, onclick) {
  const text = signed ? [cell.plus ? `+${cell.plus}` : "", cell.minus ? `−${cell.minus}` : ""].filter(Boolean).join(" ") : String(cell.all);
  const tone = signed ? (cell.plus && cell.minus ? "mixed" : cell.plus ? "plus" : "minus") : "plain";
  return el("button", { type: "button", class: `cell ${tone}`, "--share": Math.sqrt(cell.all / top), "aria-label": `${name}: ${text}`, title: name, onclick }, text);
}

/* Requesters on the left, suppliers on the right, a band for each pair: `pairs` [from, to]; null is a name of its own, "rest" the others. */
function flow(where, pairs, [lefts, rights], open) {
  const width = Math.max(320, where.clientWidth);
  const narrow = width < 560;
  const room = narrow ? 108 : 205;
  const gap = narrow ? 5 : 7;
  const rows = Math.max(lefts.length, rights.length);
  const height = Math.max(rows * 21 + 40, Math.min(640, 200 + pairs.length * 2));
  const side = (n, known) => (known.includes(n) ? n : "rest");
  const links = tally(pairs.map(([from, to]) => JSON.stringify([side(from, lefts), side(to, rights)])));
  const bands = [...links].map(([pair, count]) => ({ pair: JSON.parse(pair), count }));
  const left = column(lefts, bands, 0, height, gap);
  const right = column(rights, bands, 1, height, gap);
  const picture = svg("svg", { class: "flow-picture", viewBox: `0 0 ${width} ${height}`, width, height, role: "group", "aria-label": "Requests from requesters to suppliers" });
  const x = [room, width - room];
  bands.sort((a, b) => left.order(a) - left.order(b) || right.order(a) - right.order(b));
  const starts = new Map(bands.map((band) => [band, left.take(band)]));
  for (const band of [...bands].sort((a, b) => right.order(a) - right.order(b) || left.order(a) - left.order(b))) {
    picture.append(bandNode(band, starts.get(band), right.take(band), x, right.order(band), open));
  }
  for (const [nodes, end] of [[left.nodes, 0], [right.nodes, 1]]) {
    for (const node of nodes) picture.append(partyNode(node, end, x[end], open, narrow));
  }
  where.replaceChildren(picture);
}

/* Places on one side, in proportion to their requests; `take` gives a band the next free stretch of its place. */
function column(known, bands, end, height, gap) {
  const sums = new Map();
  for (const band of bands) sums.set(band.pair[end], (sums.get(band.pair[end]) ?? 0) + band.count);
  const ids = [...known, "rest"].filter((id) => sums.has(id));
  const total = [...sums.values()].reduce((a, b) => a + b, 0);
  const least = 8;
  const free = height - gap * (ids.length - 1) - least * ids.length;
  let y = 0;
  const nodes = ids.map((id, n) => {
    const size = least + (free * sums.get(id)) / total;
    const node = { id, n, y, size, count: sums.get(id), used: 0 };
    y += size + gap;
    return node;
  });
  const at = new Map(nodes.map((node) => [node.id, node]));
  const take = (band) => {
    const node = at.get(band.pair[end]);
    const size = (node.size * band.count) / node.count;
    node.used += size;
    return { y: node.y + node.used - size, size };
  };
  return { nodes, take, order: (band) => at.get(band.pair[end]).n };
}

const sideName = (id) => (id === "rest" ? "all others" : party(id).name);

function bandNode({ pair, count }, from, to, [x0, x1], n, open) {
  const mid = (x0 + x1) / 2;
  const edge = (a, ya, b, yb) => `${a},${ya}C${mid},${ya} ${mid},${yb} ${b},${yb}`;
  const path = `M${edge(x0, from.y, x1, to.y)}L${edge(x1, to.y + to.size, x0, from.y + from.size)}Z`;
  const name = `${sideName(pair[0])} → ${sideName(pair[1])}: ${count}`;
  const opens = !pair.includes("rest");
  const node = svg("path", { d: path, class: `band${opens ? " opens" : ""}`, "--hue": HUES[n % HUES.length], "data-from": pair[0], "data-to": pair[1],
    onclick: opens ? () => open(...pair) : null });
  node.append(svg("title", {}, name));
  return node;
}

function partyNode(node, end, x, open, narrow) {
  const anchor = end === 0 ? "end" : "start";
  const at = end === 0 ? x - 12 : x + 12;
  const name = sideName(node.id);
  const limit = narrow ? 12 : 26;
  const text = name.length > limit ? `${name.slice(0, limit - 1)}…` : name;
  const light = (on) => () => {
    for (const band of document.querySelectorAll(".band")) band.classList.toggle("lit", on && band.dataset[end === 0 ? "from" : "to"] === String(node.id));
  };
  const press = () => node.id !== "rest" && open(...(end === 0 ? [node.id, undefined] : [undefined, node.id]));
  const role = node.id === "rest" ? {} : { tabindex: 0, role: "link", onclick: press, onkeydown: (event) => event.key === "Enter" && press(), onfocus: light(true), onblur: light(false) };
  return svg("g", { class: `party${node.id === "rest" ? " rest" : ""}`, "--hue": end === 1 ? HUES[node.n % HUES.length] : null, ...role, onmouseenter: light(true), onmouseleave: light(false), "aria-label": `${name}: ${node.count} ${end === 0 ? "made" : "received"}` },
    svg("rect", { x: end === 0 ? x - 6 : x, y: node.y, width: 6, height: node.size, class: `node side-${end}` }),
    svg("text", { x: at, y: node.y + node.size / 2, dy: "0.33em", "text-anchor": anchor }, text, svg("tspan", { class: "node-count", dx: 6 }, narrow ? "" : String(node.count))),
    svg("title", {}, `${name}: ${node.count}`));
}
