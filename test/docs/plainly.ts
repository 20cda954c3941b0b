/** A value as JSON could say it: typed arrays and sets as lists, maps as objects, `undefined` as text. */
export function plainly(value: unknown): unknown {
  if (value === undefined) return "undefined";
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (value === null || typeof value !== "object") return value;
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array, plainly);
  if (Array.isArray(value) || value instanceof Set) return Array.from(value, plainly);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(entries.map(([key, part]) => [String(key), plainly(part)]));
}
