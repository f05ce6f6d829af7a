"use strict";
/* Making elements. Data reaches the page as text nodes and attribute values alone, never as markup. */

const byId = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";

/* An element with attributes and children. "on…" adds a listener, "--…" sets a custom property; null and false are left out. */
function el(name, attributes = {}, ...children) {
  return furnish(document.createElement(name), attributes, children);
}

function svg(name, attributes = {}, ...children) {
  return furnish(document.createElementNS(SVG, name), attributes, children);
}

function furnish(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key.startsWith("--")) node.style.setProperty(key, value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/* A table: heads and rows of cells. The first cell of a row is its heading; a cell may be a node. */
function table(caption, heads, rows) {
  const cell = (value, n) => (n === 0 ? el("th", { scope: "row" }, value) : el("td", {}, value));
  return el(
    "table",
    { class: "figures" },
    el("caption", { class: "unseen" }, caption),
    el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, rows.map((row) => el("tr", {}, row.map((value, n) => cell(String(value) === value ? value : value ?? "–", n))))),
  );
}

const say = (text) => {
  byId("status").textContent = text;
};
const number = (value) => Number(value).toLocaleString("en");
const decimal = (value) => (value === null || value === undefined ? "–" : Number(value).toFixed(3));
const wide = () => window.matchMedia("(min-width: 60rem)").matches;
