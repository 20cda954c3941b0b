import type { Digest, JsonObject, JsonValue } from "@millrace/program";
import { digestJson } from "#kernel";
import type { PlanNode } from "../plan/model.ts";

/** What a cache key is made of. Recorded with each execution, so that a later run can say what changed. */
export type KeyParts = {
  readonly step: string;
  readonly version: number;
  readonly code: Digest;
  readonly options: JsonObject;
  readonly seed: number;
  /** Content digests by input. */
  readonly inputs: Readonly<Record<string, Digest | readonly Digest[] | null>>;
  /** Source steps only. */
  readonly watermark?: JsonValue;
};

/** The parts of one instance's key: its step, keyed options, seed, inputs' contents and, for a source, the watermark. */
export function keyParts(
  node: PlanNode,
  options: JsonObject,
  code: Digest,
  seed: number,
  inputs: KeyParts["inputs"],
  watermark: JsonValue = node.watermark,
): KeyParts {
  const keyed = Object.fromEntries(Object.entries(options).filter(([key]) => !node.unkeyed.includes(key)));
  const parts = { step: node.step.name, version: node.step.version, code, options: keyed, seed, inputs };
  return node.kind === "source" ? { ...parts, watermark } : parts;
}

/** The sha-256 of the parts' canonical JSON. */
export function cacheKey(parts: KeyParts): Digest {
  return digestJson(parts);
}
