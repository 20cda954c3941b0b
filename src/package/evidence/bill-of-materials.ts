import { createHash } from "node:crypto";
import type { JsonObject, JsonValue, Program } from "@millrace/program";

export interface BillFacts {
  readonly name: string;
  readonly version: number;
  readonly content: string;
  readonly program: Program;
  readonly card?: JsonObject;
  readonly datasets: readonly JsonObject[];
  /** Files that are shipped, with their SHA-256 in hexadecimal. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * A CycloneDX 1.6 bill of materials of a model: the model with its card, the data it was trained on, and the files shipped.
 * It names no package, because a compiled model needs none.
 *
 * Source: CycloneDX 1.6 JSON, `machine-learning-model` and `modelCard`.
 */
export function billOfMaterials({ name, version, content, program, card, datasets, files }: BillFacts): JsonObject {
  const ref = `model:${name}@${version}`;
  const hex = content.replace(/^sha256:/, "");
  const data = datasets.map((dataset): JsonObject => {
    const digest = String(dataset.content).replace(/^sha256:/, "");
    return {
      type: "data",
      "bom-ref": `data:${digest}`,
      name: String(dataset.step),
      hashes: [{ alg: "SHA-256", content: digest }],
      data: [{ type: "dataset", name: String(dataset.step) }],
    };
  });
  const shipped = [...files].map(
    ([path, sha256]): JsonObject => ({
      type: "file",
      "bom-ref": `file:${path}`,
      name: path,
      hashes: [{ alg: "SHA-256", content: sha256 }],
    }),
  );
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(`${ref} ${content} ${[...files].join(" ")}`)}`,
    version: 1,
    metadata: {
      component: {
        type: "machine-learning-model",
        "bom-ref": ref,
        name,
        version: String(version),
        hashes: [{ alg: "SHA-256", content: hex }],
        modelCard: modelCard(program, card, data),
      },
    },
    components: [...unique(data), ...shipped],
    dependencies: [{ ref, dependsOn: unique(data).map((one) => one["bom-ref"]!) }],
  };
}

function modelCard(
  { inputs, outputs }: Program,
  card: JsonObject | undefined,
  data: readonly JsonObject[],
): JsonObject {
  const metrics = Array.isArray(card?.metrics) ? (card.metrics as readonly JsonObject[]) : [];
  const use = typeof card?.intendedUse === "string" && card.intendedUse !== "" ? [card.intendedUse] : [];
  return {
    modelParameters: {
      approach: { type: "supervised" },
      task: outputs.task === "regression" ? "tabular-regression" : "tabular-classification",
      datasets: unique(data).map((one) => ({ ref: one["bom-ref"]! })),
      inputs: inputs.map(({ name, type }) => ({ format: `${name}: ${type}` })),
      outputs: [{ format: "prediction" }, { format: "score: number" }],
    },
    ...(metrics.length === 0
      ? {}
      : {
          quantitativeAnalysis: {
            performanceMetrics: metrics.flatMap((one) => (one.value === null ? [] : [performance(one)])),
          },
        }),
    ...(use.length === 0 ? {} : { considerations: { useCases: use } }),
  };
}

function performance({ name, value, low, high, split }: JsonObject): JsonObject {
  const interval = low === null || high === null || low === undefined || high === undefined;
  return {
    type: String(name),
    value: String(value),
    slice: String(split ?? "test"),
    ...(interval ? {} : { confidenceInterval: { lowerBound: String(low), upperBound: String(high) } }),
  };
}

function unique(components: readonly JsonObject[]): readonly JsonObject[] {
  return [...new Map(components.map((one): [JsonValue, JsonObject] => [one["bom-ref"]!, one])).values()];
}

/** A UUID of a text (RFC 9562 version 8), so that the same bill has the same number. */
function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
