import type { JsonObject, Program } from "@millrace/program";
import { softwareHere } from "#pipeline";

/** What a scorer runs on, by name: `node`, `millrace`, `platform`, `architecture`, and where they count `onnxruntime`, `image`. */
export type Runtime = Readonly<Record<string, string>>;

/** What to do where a scorer runs on something else than was verified. */
export type RuntimePolicy = "warn" | "refuse";

export interface RuntimeVerdict {
  readonly here: Runtime;
  /** The verified one that is most like it; `null`: none is on record. */
  readonly verified: Runtime | null;
  readonly differences: readonly { readonly what: string; readonly verified: string; readonly here: string }[];
}

/**
 * What this process scores a program with. An image's digest is what its deployment says in MILLRACE_IMAGE_DIGEST, since a container
 * cannot see its own.
 */
export async function runtimeHere(program: Program): Promise<Runtime> {
  const image = process.env.MILLRACE_IMAGE_DIGEST;
  const needsOnnx = program.nodes.some(({ op }) => op.startsWith("onnx"));
  return {
    ...softwareHere(),
    ...(needsOnnx ? { onnxruntime: await onnxruntimeVersion() } : {}),
    ...(image === undefined || image === "" ? {} : { image }),
  };
}

/** Compares a runtime with those that were verified; what one of them does not name is not compared. */
export function compareRuntime(here: Runtime, verified: readonly Runtime[]): RuntimeVerdict {
  const compared = verified.map((one) => ({
    one,
    differences: Object.keys(here).flatMap((what) =>
      one[what] === undefined || one[what] === here[what] ? [] : [{ what, verified: one[what], here: here[what]! }],
    ),
  }));
  // Of equally like ones the newest, which is the last.
  const [nearest] = compared.reverse().toSorted((a, b) => a.differences.length - b.differences.length);
  return { here, verified: nearest?.one ?? null, differences: nearest?.differences ?? [] };
}

/** `node 24.21.0, verified 24.20.0` … */
export function runtimeDifferences({ differences }: RuntimeVerdict): string {
  return differences.map(({ what, verified, here }) => `${what} ${here}, verified ${verified}`).join("; ");
}

/** What a record says of a runtime; undefined where it says nothing. */
export function readRuntime(record: unknown): Runtime | undefined {
  if (typeof record !== "object" || record === null) return undefined;
  const known = ["millrace", "node", "platform", "architecture", "onnxruntime", "image"];
  const found = known.flatMap((name) => {
    const value = (record as JsonObject)[name];
    return typeof value === "string" && value.length <= 200 ? [[name, value] as const] : [];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

async function onnxruntimeVersion(): Promise<string> {
  try {
    const { env } = await import("onnxruntime-node");
    return env.versions.node ?? env.versions.common;
  } catch {
    return "none";
  }
}
