import { knownNames, MillraceError } from "#kernel";
import type { Model, RegistryContext, ResolvedModel } from "./model.ts";
import { readModel, versionOf } from "./read-model.ts";

/** The parts of `churn:7`, `churn@champion` or `churn`. */
export interface ModelReference {
  readonly name: string;
  readonly version: number | null;
  readonly alias: string | null;
}

/**
 * A model reference's parts.
 *
 * ```ts
 * parseReference("churn:7"); // { name: "churn", version: 7, alias: null }
 * ```
 *
 * Errors: REGISTRY_REFERENCE_INVALID: when the text is none of the three forms.
 */
export function parseReference(reference: string): ModelReference {
  const match = /^([^:@\s]{1,64})(?::([1-9][0-9]{0,8})|@([^:@\s]{1,64}))?$/.exec(reference);
  if (match === null)
    throw new MillraceError("REGISTRY_REFERENCE_INVALID", {
      message: `"${reference.slice(0, 160)}" is not a model reference.`,
      next: "Write name, name:version or name@alias, like churn:7 or churn@champion.",
    });
  return { name: match[1]!, version: match[2] === undefined ? null : Number(match[2]), alias: match[3] ?? null };
}

/**
 * The version that a reference names now: `churn:7` that version, `churn@champion` the alias's, `churn` the champion or,
 * where there is none, the newest.
 *
 * Errors: REGISTRY_REFERENCE_INVALID, REGISTRY_MODEL_UNKNOWN, REGISTRY_VERSION_UNKNOWN, REGISTRY_ALIAS_UNKNOWN: with the
 * known names and the nearest.
 */
export async function resolveModel(
  context: Pick<RegistryContext, "metadata">,
  reference: string,
): Promise<ResolvedModel> {
  const { name, version, alias } = parseReference(reference);
  const model = await readModel(context, name);
  if (version !== null) return { reference, version: versionOf(model, version), alias: null };
  if (alias !== null) return { reference, version: versionOf(model, aliasOf(model, alias)), alias };
  const champion = model.aliases.find((one) => one.alias === "champion");
  return {
    reference,
    version: champion === undefined ? model.versions.at(-1)! : versionOf(model, champion.version),
    alias: champion === undefined ? null : "champion",
  };
}

/** The version that an alias points to; stops with the known aliases otherwise. */
export function aliasOf(model: Model, alias: string): number {
  const found = model.aliases.find((one) => one.alias === alias);
  if (found !== undefined) return found.version;
  const known = model.aliases.map((one) => one.alias);
  throw new MillraceError("REGISTRY_ALIAS_UNKNOWN", {
    message: `${model.name} has no alias "${alias}": ${knownNames(alias, known)}.`,
    next: `Set it with \`millrace model promote ${model.name}:${model.versions.length} --alias ${alias}\`, or name a version.`,
    facts: { model: model.name, alias, known },
  });
}
