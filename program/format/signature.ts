import type { Digest, JsonObject, JsonValue } from "../json.ts";
import type { Program } from "../model.ts";
import { abstainReasons, extraOutputs } from "../outputs.ts";
import { canonicalJson } from "./canonical-json.ts";
import { sha256 } from "./sha256.ts";

/**
 * What goes into a program and what comes out, for people and serving protocols: typed inputs, and the columns of a
 * scored row in order (`prediction`, `score`, then `score_<class>` of a multiclass program, then its other outputs).
 */
export function signatureOf(program: Program): JsonObject {
  const { task, classes, threshold } = program.outputs;
  const columns: JsonValue[] = [
    { name: "prediction", type: task === "regression" ? "number" : "string" },
    { name: "score", type: "number" },
  ];
  if (task === "multiclass") for (const name of classes ?? []) columns.push({ name: `score_${name}`, type: "number" });
  for (const { column, kind } of extraOutputs(program.outputs))
    columns.push({ name: column, type: kind === "number" ? "number" : "string" });
  const { interval, set, outOfDomain, abstain } = program.outputs;
  return {
    format: 1,
    inputs: program.inputs.map(({ domain: _, promise: __, ...input }) => input),
    outputs: {
      task,
      columns,
      ...(classes && { classes }),
      ...(task === "binary" ? { threshold: threshold ?? 0.5 } : {}),
      ...(interval && { interval: { level: interval.level } }),
      ...(set && { set: { level: set.level } }),
      ...(outOfDomain && { outOfDomain: { threshold: outOfDomain.threshold } }),
      ...(abstain && { abstain: { ...abstain, reasons: [...abstainReasons] } }),
    },
  };
}

/** A model's content digest: over the sha-256 of `program.json`, `tensors.bin` and `signature.json`. */
export function programDigest(json: string, tensors: Uint8Array, signatureJson: string): Digest {
  const files = {
    "program.json": sha256(json),
    "signature.json": sha256(signatureJson),
    "tensors.bin": sha256(tensors),
  };
  return `sha256:${sha256(canonicalJson(files))}`;
}
