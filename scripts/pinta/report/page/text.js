/* A text with its annotation. Offsets are code points; JavaScript counts UTF-16, so a text is cut into code points once. */

const RANK = ["evidence", "claim", "item", "quantity", "specification", "date", "request", "stance", "mention"];
const LAYERS = {
  mention: "names", request: "asking", item: "items", quantity: "quantities", specification: "specifications",
  date: "dates", stance: "stance cues", claim: "claims",
};

/* Every span of an annotation: layer, offsets, ids of the units it belongs to, tag, tooltip, colour. Equal spans of a layer are one. */
function spansOf(body) {
  const spans = new Map();
  const put = (layer, span, units, tag, about, color) => {
    if (!span) return;
    const at = `${layer} ${span.start} ${span.end}`;
    const known = spans.get(at);
    if (known) known.units.push(...units.filter((unit) => !known.units.includes(unit)));
    else spans.set(at, { layer, start: span.start, end: span.end, units: [...units], tag, about, color, part: 0 });
  };
  putNames(body, put);
  for (const claim of body.claims) put("claim", claim, [claim.id], "claim", `claim: ${title("claim_kind", claim.kind)}`);
  for (const stance of body.stances) {
    const act = label("stance_act", stance.act);
    put("stance", stance.cue, [stance.id], (stance.negated ? "not " : "") + act.title.toLowerCase(), `stance: ${act.title}`, act.color);
    for (const span of stance.evidence) put("evidence", span, [stance.id]);
  }
  for (const request of body.requests) putRequest(request, put);
  return [...spans.values()];
}

function putNames(body, put) {
  const owner = new Map(body.entities.flatMap((entity) => entity.mentions.map((id) => [id, entity])));
  for (const mention of body.mentions) {
    const type = label("entity_type", mention.type);
    const entity = owner.get(mention.id);
    const about = `${type.title}${entity ? `: ${entity.name}` : ""}${mention.metonym ? " (stands for it)" : ""}`;
    put("mention", mention, [mention.id, ...(entity ? [entity.id] : [])], type.tag + (mention.metonym ? "*" : ""), about, type.color);
  }
}

function putRequest(request, put) {
  const own = [request.id];
  put("request", request.cue, own, "asks", `act of asking: ${title("request_channel", request.channel)}`);
  put("date", request.date, own, request.date?.edtf, `asked: ${request.date?.edtf}`);
  for (const span of request.evidence) put("evidence", span, own);
  for (const item of request.items) {
    const units = [request.id, item.id];
    put("item", item, units, "item", `${title("item_kind", item.kind)}: ${title("item_category", item.category)}`);
    put("quantity", item.quantity, units, item.quantity && amount(item.quantity), "quantity");
    for (const spec of item.specifications) put("specification", spec, units, title("specification", spec.attribute).toLowerCase(), "specification");
  }
}

/* "= 8", "= 40–50": the words stand in the text, so the tag is the number alone. */
const amount = ({ value, value_max: most }) => `= ${number(value)}${most === null ? "" : `–${number(most)}`}`;

/* Put a text with its spans into an element. Spans nest; one that crosses another goes on as a further part behind it. */
function annotate(root, points, spans) {
  const before = (a, b) => a.start - b.start || b.end - a.end || RANK.indexOf(a.layer) - RANK.indexOf(b.layer);
  const queue = [...spans].sort(before);
  const stack = [{ node: root, end: points.length }];
  let at = 0;
  const top = () => stack[stack.length - 1];
  const write = (to) => {
    if (to > at) top().node.append(...paragraphs(points.slice(at, to).join("")));
    at = Math.max(at, to);
  };
  const close = (until) => {
    while (stack.length > 1 && top().end <= until) {
      write(top().end);
      stack.pop();
    }
  };
  while (queue.length) {
    let span = queue.shift();
    close(span.start);
    write(span.start);
    if (span.end > top().end) {
      const rest = { ...span, start: top().end, part: span.part + 1 };
      const place = queue.findIndex((other) => before(rest, other) < 0);
      queue.splice(place < 0 ? queue.length : place, 0, rest);
      span = { ...span, end: top().end };
    }
    const node = spanNode(span);
    top().node.append(node);
    stack.push({ node, end: span.end });
  }
  close(points.length);
  write(points.length);
}

/* Line ends stay in the text, so that offsets hold; an empty line is shown as a narrower gap. */
function paragraphs(text) {
  return text.split(/(\n{2,})/).filter(Boolean).map((part) => (part.startsWith("\n\n") ? el("span", { class: "gap" }, part) : part));
}

function spanNode(span) {
  return el("span", {
    class: `u ${span.layer}`, "data-units": span.units.join(" "), "data-part": span.part, "data-span": span.layer,
    "data-tag": span.part === 0 ? span.tag : null, title: span.about, "--own": span.color,
  });
}
