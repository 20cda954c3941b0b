// Numbers, shares and instants as people read them.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export function showCount(count) {
  return Number.isInteger(count) ? whole.format(count) : showNumber(count);
}

export function showNumber(value) {
  if (value === undefined || value === null) return "";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e15) return whole.format(value);
  if (size >= 1e9 || size < 1e-4)
    return value
      .toExponential(3)
      .replace("e+", "e")
      .replace(/\.?0+e/, "e");
  return String(Number(value.toPrecision(5)));
}

export function showShare(part, all) {
  if (all === 0) return "0 %";
  const percent = (100 * part) / all;
  if (percent === 0 || percent === 100) return `${percent} %`;
  if (percent < 0.01) return "< 0.01 %";
  if (percent > 99.99) return "> 99.99 %";
  return `${percent < 1 || percent > 99 ? percent.toFixed(2) : percent.toFixed(1)} %`;
}

export function showInstant(micros) {
  const date = new Date(Math.floor(micros / 1000));
  if (Number.isNaN(date.getTime())) return showNumber(micros);
  return shortInstant(date.toISOString());
}

/** 2013-01-01T05:00:00.000Z → 2013-01-01 05:00 */
export function shortInstant(iso) {
  return iso
    .replace("T", " ")
    .replace(/(:\d\d)\.000Z$/, "$1")
    .replace(/Z$/, "")
    .replace(/ 00:00:00$/, "")
    .replace(/( \d\d:\d\d):00$/, "$1");
}

const typeNames = {
  INT: "integer",
  FLOAT: "number",
  STRING: "text",
  BOOL: "boolean",
  TIMESTAMP: "time",
  VECTOR: "vector",
  BYTES: "bytes",
  STRUCT: "structure",
};

export function typeName(type) {
  return typeNames[type] ?? type.toLowerCase();
}

/** An element with attributes and children; every text goes in as text. */
export function element(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function shape(name, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes ?? {}))
    if (value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : String(value));
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** A text that may run right to left or hold signs that cannot be seen, kept from disturbing what stands around it. */
export function foreign(text) {
  const shown = text === "" ? "(empty text)" : text.replace(/[\u0000-\u001f\u007f]/g, (sign) => visibleSign(sign));
  return element("bdi", { class: text === "" ? "empty-text" : undefined }, shown);
}

export function visibleSign(sign) {
  const code = sign.charCodeAt(0);
  return String.fromCharCode(code === 0x7f ? 0x2421 : 0x2400 + code);
}
