import { isDeepStrictEqual } from "node:util";
import type { Schema } from "../schema/model.ts";
import { schemaToJson } from "../schema/schema-json.ts";

/** One difference between two schemas, in words. */
export interface SchemaDifference {
  /** Where: `feature age`, `domain colours`, `schema`. */
  readonly where: string;
  readonly kind: "added" | "removed" | "changed";
  readonly words: string;
}

type Json = Record<string, unknown>;

/**
 * What changed from one schema to another, in words.
 *
 * ```ts
 * const before = schemaFromText('feature { name: "age" type: INT int_domain { max: 99 } }');
 * const after = schemaFromText('feature { name: "age" type: INT int_domain { max: 120 } }');
 * diffSchemas(before, after)[0]?.words; // "int_domain.max: 99 → 120"
 * ```
 *
 * Shapes: features in the second schema's order, those that are gone last; the order of features and comments are no difference.
 */
export function diffSchemas(before: Schema, after: Schema): SchemaDifference[] {
  const [a, b] = [withoutComments(schemaToJson(before)) as Json, withoutComments(schemaToJson(after)) as Json];
  const found: SchemaDifference[] = [];
  const kinds = {
    feature: "feature",
    stringDomain: "domain",
    sparseFeature: "sparse feature",
    weightedFeature: "weighted feature",
  };
  for (const [key, kind] of Object.entries(kinds)) {
    const named = (list: unknown) =>
      new Map(((list as Json[] | undefined) ?? []).map((one) => [String(one.name ?? ""), one]));
    const [old, now] = [named(a[key]), named(b[key])];
    for (const [name, value] of now) {
      const where = `${kind} ${name}`;
      const earlier = old.get(name);
      if (earlier === undefined) found.push({ where, kind: "added", words: describe(value) });
      else for (const words of changes(earlier, value, "")) found.push({ where, kind: "changed", words });
    }
    for (const [name, value] of old)
      if (!now.has(name)) found.push({ where: `${kind} ${name}`, kind: "removed", words: describe(value) });
  }
  const rest = (json: Json) => Object.fromEntries(Object.entries(json).filter(([key]) => !(key in kinds)));
  for (const words of changes(rest(a), rest(b), "")) found.push({ where: "schema", kind: "changed", words });
  return found;
}

/** What a comment says is no part of what a schema demands. */
function withoutComments(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutComments);
  if (!isMessage(value)) return value;
  const kept = Object.entries(value).filter(([key]) => key !== "comments");
  return Object.fromEntries(kept.map(([key, held]) => [key, withoutComments(held)]));
}

function changes(before: Json, after: Json, path: string): string[] {
  const found: string[] = [];
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [before[key], after[key]];
    const place = path === "" ? snake(key) : `${path}.${snake(key)}`;
    if (isDeepStrictEqual(old, now)) continue;
    if (old === undefined) found.push(`${place}: added ${shown(now)}`);
    else if (now === undefined) found.push(`${place}: removed ${shown(old)}`);
    else if (Array.isArray(old) && Array.isArray(now) && [...old, ...now].every((one) => typeof one !== "object")) {
      const added = now.filter((one) => !old.includes(one));
      const removed = old.filter((one) => !now.includes(one));
      if (added.length > 0) found.push(`${place}: ${count(added, "value")} added: ${list(added)}`);
      if (removed.length > 0) found.push(`${place}: ${count(removed, "value")} removed: ${list(removed)}`);
      if (added.length + removed.length === 0) found.push(`${place}: another order`);
    } else if (isMessage(old) && isMessage(now)) found.push(...changes(old, now, place));
    else found.push(`${place}: ${shown(old)} → ${shown(now)}`);
  }
  return found;
}

const isMessage = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const count = (values: readonly unknown[], noun: string) => `${values.length} ${noun}${values.length === 1 ? "" : "s"}`;
const list = (values: readonly unknown[]) =>
  `${values.slice(0, 10).map(shown).join(", ")}${values.length > 10 ? `, … ${values.length - 10} more` : ""}`;

function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${list(value)}]`;
  if (!isMessage(value))
    return typeof value === "string"
      ? /^-?\d+$|^[A-Z_]+$/.test(value)
        ? value
        : JSON.stringify(value)
      : String(value);
  const inner = Object.entries(value).map(([key, held]) => `${snake(key)}: ${shown(held)}`);
  return inner.length === 0 ? "{ }" : `{ ${inner.join(", ")} }`;
}

function describe({ name: _, ...fields }: Json): string {
  return Object.entries(fields)
    .map(([key, value]) => `${snake(key)}: ${shown(value)}`)
    .join(", ");
}
