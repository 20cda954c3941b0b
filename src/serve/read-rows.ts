import type { JsonObject, JsonValue } from "@millrace/program";
import { MillraceError, newId } from "#kernel";
import type { RowsRequest } from "./model.ts";

/**
 * The rows of `{ rows: [{…}], ids?, id?, at?, key?, explain?, check? }`, `{ row: {…}, id?, at?, explain?, check? }` or one bare row.
 *
 * Shapes: `ids` one text a row; without it rows are named by `id` (then `id/0`, `id/1`, … when there are several), by the
 * `x-request-id` header, or by a new id. `at` is one time for all, or one a row: ISO 8601 or milliseconds.
 * Errors: SERVE_REQUEST_INVALID.
 */
export function readRows(body: JsonValue, headerId: string | undefined): RowsRequest {
  const request = objectOr(body, "The body is not a JSON object.");
  const wrapped = Array.isArray(request.rows) || isObject(request.row);
  const rows = Array.isArray(request.rows) ? request.rows : [isObject(request.row) ? request.row : request];
  for (const [index, row] of rows.entries()) objectOr(row, `Row ${index} is not a JSON object.`);
  const envelope: JsonObject = wrapped ? request : {};
  const id = readId(envelope.id ?? null) ?? readId(headerId ?? null);
  const ids = readIds(envelope.ids ?? null, rows.length, id);
  return {
    rows: rows as JsonObject[],
    ids,
    key: readId(envelope.key ?? null) ?? id ?? ids[0] ?? "",
    atMs: readTimes(envelope.at ?? null, rows.length),
    explain: readFlag("explain", envelope.explain ?? false),
    check: readFlag("check", envelope.check ?? false),
  };
}

function readFlag(name: string, value: JsonValue): boolean {
  if (typeof value === "boolean") return value;
  throw invalid(`"${name}" is neither true nor false.`);
}

function readIds(ids: JsonValue, count: number, id: string | null): readonly string[] {
  if (ids === null) {
    const name = id ?? newId("req");
    return count === 1 ? [name] : Array.from({ length: count }, (_, row) => `${name}/${row}`);
  }
  if (!Array.isArray(ids) || ids.length !== count)
    throw invalid(`"ids" holds ${Array.isArray(ids) ? ids.length : "no list of"} ids for ${count} rows.`);
  return ids.map((one: JsonValue) => readId(one) ?? newId("req"));
}

/** An id of at most 200 characters; numbers are taken as text. */
export function readId(id: JsonValue): string | null {
  if (id === null) return null;
  const text = typeof id === "number" ? String(id) : id;
  if (typeof text === "string" && text.length > 0 && text.length <= 200) return text;
  throw invalid("An id is neither a number nor a text of 1 to 200 characters.");
}

function readTimes(at: JsonValue, count: number): readonly (number | null)[] {
  if (!Array.isArray(at)) {
    const time = readTime(at);
    return Array.from({ length: count }, () => time);
  }
  if (at.length !== count) throw invalid(`"at" holds ${at.length} times for ${count} rows.`);
  return at.map(readTime);
}

/** Milliseconds since 1970 from a number of them or ISO 8601; without a zone it is UTC. Errors: SERVE_REQUEST_INVALID. */
export function readTime(at: JsonValue): number | null {
  if (at === null) return null;
  const ms =
    typeof at === "number"
      ? at
      : typeof at === "string"
        ? Date.parse(/T[0-9:.]+$/.test(at) ? `${at}Z` : at)
        : Number.NaN;
  if (Number.isSafeInteger(Math.round(ms)) && Math.abs(ms) <= 8.64e15) return Math.round(ms);
  throw invalid('"at" is neither ISO 8601 nor milliseconds since 1970.');
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function objectOr(value: JsonValue | undefined, message: string): JsonObject {
  if (isObject(value)) return value;
  throw invalid(message);
}

export function invalid(message: string): MillraceError {
  return new MillraceError("SERVE_REQUEST_INVALID", {
    message,
    next: 'Send {"rows": [{…}], "ids": […]}, as the endpoint\'s description shows.',
  });
}
