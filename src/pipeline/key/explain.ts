import { canonicalJson, type Digest, type JsonObject, type JsonValue } from "@millrace/program";
import type { KeyParts } from "./cache-key.ts";

/** The code behind a key: files by portable name, packages by version. */
export interface CodeParts {
  readonly files: Readonly<Record<string, Digest>>;
  readonly packages: Readonly<Record<string, string>>;
}

/**
 * What differs between the key of an earlier execution and this one, in words: `option budgetTrials 8 → 16`,
 * `code changed: src/learn/gbdt.ts`, `input dataset changed`, `source changed: reports-1997.csv (new)`, `seed 1 → 2`.
 *
 * Empty where nothing differs. `codeBefore` is null when the earlier code is no longer recorded.
 */
export function explainChange(
  before: KeyParts,
  after: KeyParts,
  codeBefore: CodeParts | null,
  codeAfter: CodeParts,
): readonly string[] {
  const reasons: string[] = [];
  if (before.step !== after.step) reasons.push(`step ${before.step} → ${after.step}`);
  else if (before.version !== after.version) reasons.push(`step version ${before.version} → ${after.version}`);
  if (before.code !== after.code) reasons.push(...codeReasons(codeBefore, codeAfter));
  for (const { path, was, is } of differences(before.options, after.options))
    reasons.push(`option ${path} ${shown(was)} → ${shown(is)}`);
  if (before.seed !== after.seed) reasons.push(`seed ${before.seed} → ${after.seed}`);
  for (const name of namesOf(before.inputs, after.inputs)) {
    const was = before.inputs[name] ?? null;
    const is = after.inputs[name] ?? null;
    if (canonicalJson(was) === canonicalJson(is)) continue;
    reasons.push(`input ${name} ${was === null ? "is new" : is === null ? "is gone" : "changed"}`);
  }
  if (canonicalJson(before.watermark ?? null) !== canonicalJson(after.watermark ?? null))
    reasons.push(sourceReason(before.watermark ?? null, after.watermark ?? null));
  return reasons;
}

function codeReasons(before: CodeParts | null, after: CodeParts): readonly string[] {
  if (before === null) return ["code changed"];
  const files = namesOf(before.files, after.files).flatMap((name) => {
    const was = before.files[name];
    const is = after.files[name];
    if (was === is) return [];
    return [plainName(name) + (was === undefined ? " (new)" : is === undefined ? " (no longer used)" : "")];
  });
  const packages = namesOf(before.packages, after.packages).flatMap((name) => {
    const was = before.packages[name];
    const is = after.packages[name];
    return was === is ? [] : [`package ${name} ${was ?? "none"} → ${is ?? "none"}`];
  });
  return [...(files.length > 0 ? [`code changed: ${short(files)}`] : []), ...packages];
}

function plainName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function sourceReason(before: JsonValue, after: JsonValue): string {
  const parts = differences(named(before), named(after)).map(({ path, was, is }) => {
    const name = path.split("/").at(-1) ?? path;
    return name + (was === undefined ? " (new)" : is === undefined ? " (gone)" : "");
  });
  return `source changed${parts.length === 0 ? "" : `: ${short([...new Set(parts)])}`}`;
}

/** A watermark as an object from what it names (files, tables) to what stands for their state. */
function named(value: JsonValue): JsonObject {
  if (typeof value !== "object" || value === null) return { source: value };
  if (Array.isArray(value)) {
    const pairs = value.map((item: JsonValue, index): [string, JsonValue] => {
      const holder = typeof item === "object" && item !== null ? (item as JsonObject) : {};
      const name = holder.path ?? holder.name ?? holder.file ?? holder.table;
      return [typeof name === "string" ? name : String(index), canonicalJson(item)];
    });
    return Object.fromEntries(pairs);
  }
  const entries = Object.entries(value as JsonObject).map(([key, item]): [string, JsonValue][] => {
    if (typeof item !== "object" || item === null) return [[key, item]];
    return Object.entries(named(item)).map(([name, state]) => [name, canonicalJson(state)]);
  });
  return Object.fromEntries(entries.flat());
}

interface Difference {
  readonly path: string;
  readonly was: JsonValue | undefined;
  readonly is: JsonValue | undefined;
}

/** Leaves that differ; lists are compared whole. */
function differences(before: JsonObject, after: JsonObject, prefix = ""): readonly Difference[] {
  return namesOf(before, after).flatMap((key): readonly Difference[] => {
    const was = before[key];
    const is = after[key];
    if (was !== undefined && is !== undefined && canonicalJson(was) === canonicalJson(is)) return [];
    const path = prefix === "" ? key : `${prefix}.${key}`;
    if (isObject(was) && isObject(is)) return differences(was, is, path);
    return [{ path, was, is }];
  });
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function namesOf(a: object, b: object): readonly string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}

function shown(value: JsonValue | undefined): string {
  if (value === undefined) return "(none)";
  const text = typeof value === "string" ? value : canonicalJson(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function short(names: readonly string[]): string {
  return names.length <= 4 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
}
