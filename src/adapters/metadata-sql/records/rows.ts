import type { JsonObject, JsonValue } from "@millrace/program";
import type { Selectable } from "kysely";
import {
  type Artifact,
  type Context,
  type Execution,
  type LineageEvent,
  type LineageType,
  MillraceError,
  type StreamEntry,
} from "#kernel";
import type { Tables } from "./tables.ts";

/* Rows as nouns. */

export const typeOf = (row: Selectable<Tables["types"]>) =>
  ({ kind: row.kind, name: row.name, properties: JSON.parse(row.properties) }) as LineageType;

export const artifactOf = (row: Selectable<Tables["artifacts"]>) =>
  ({
    id: row.id,
    type: row.type,
    content: row.content,
    files: JSON.parse(row.files),
    properties: JSON.parse(row.properties),
    createdMs: row.created_ms,
  }) as Artifact;

export const executionOf = (row: Selectable<Tables["executions"]>) =>
  ({
    id: row.id,
    type: row.type,
    state: row.state,
    cacheKey: row.cache_key,
    properties: JSON.parse(row.properties),
    startedMs: row.started_ms,
    endedMs: row.ended_ms,
  }) as Execution;

export const eventOf = (row: Selectable<Tables["events"]>) =>
  ({
    executionId: row.execution_id,
    artifactId: row.artifact_id,
    type: row.type,
    path: row.path,
    atMs: row.at_ms,
  }) as LineageEvent;

export const contextOf = (row: Selectable<Tables["contexts"]>) =>
  ({
    id: row.id,
    type: row.type,
    name: row.name,
    properties: JSON.parse(row.properties),
    createdMs: row.created_ms,
  }) as Context;

export const entryOf = (row: Selectable<Tables["entries"]>): StreamEntry => ({
  stream: row.stream,
  sequence: row.sequence,
  type: row.type,
  data: JSON.parse(row.data) as JsonObject,
  key: row.entry_key,
  atMs: row.at_ms,
});

/**
 * A value as JSON text, its keys in the order they came.
 *
 * Errors: KERNEL_JSON_INVALID: for what `JSON.stringify` would change in silence (NaN, infinity) or cannot write (bigint, a circle).
 */
export function jsonText(value: JsonValue, what: string): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
    // What it cannot write as a number it writes as null: most values hold none, and need no second look.
    if (text?.includes("null")) refuseNonFinite("", value);
  } catch (error) {
    throw notJson(what, (error as Error).message, error);
  }
  if (text === undefined) throw notJson(what, `a ${typeof value} has no JSON`);
  return text;
}

function refuseNonFinite(key: string, value: unknown): void {
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError(`"${key}" is ${value}`);
  if (typeof value !== "object" || value === null) return;
  const { toJSON } = value as { toJSON?: (key: string) => unknown };
  if (typeof toJSON === "function") refuseNonFinite(key, toJSON.call(value, key));
  else for (const [name, inner] of Object.entries(value)) refuseNonFinite(name, inner);
}

function notJson(what: string, why: string, cause?: unknown): MillraceError {
  return new MillraceError("KERNEL_JSON_INVALID", {
    message: `The properties of ${what} cannot be written as JSON: ${why}.`,
    next: "Give null for a number that does not exist, and plain JSON values for the rest.",
    facts: { what },
    ...(cause === undefined ? {} : { cause }),
  });
}
