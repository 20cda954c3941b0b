import { MillraceError, type StreamEntry } from "#kernel";
import { appendDecided } from "./append.ts";
import { foldModel } from "./fold-model.ts";
import type { Alias, Done, Model, RegistryContext } from "./model.ts";
import { checkName } from "./names.ts";
import { readModel, versionOf } from "./read-model.ts";
import { aliasOf } from "./resolve-model.ts";

export interface AliasRequest {
  readonly model: string;
  readonly alias: string;
  readonly reason: string;
  /** Idempotency key of the command: a second call with it is a hit, also when the alias has moved on since. */
  readonly key?: string;
}

/**
 * Points an alias at a version. Pointing it where it already points is a hit.
 *
 * `champion` is only given to a version that as many people approved as its risk tier asks for.
 *
 * Errors: REGISTRY_VERSION_UNKNOWN, REGISTRY_MODEL_UNKNOWN, REGISTRY_NAME_INVALID; REGISTRY_APPROVAL_MISSING: when approvals
 * are missing or somebody rejected the version.
 */
export async function setAlias(
  context: RegistryContext,
  request: AliasRequest & { readonly version: number },
): Promise<Done<Alias>> {
  const { model, alias, version } = request;
  checkName("alias", alias);
  await readModel(context, model);
  return await appendDecided<Alias>(context, `model/${model}`, (entries) => {
    const known = foldModel(model, entries);
    const current = known.aliases.find((one) => one.alias === alias);
    const replayed = entries.find((entry) => isRepeat(entry, request));
    if (replayed !== undefined) return { hit: current ?? aliasFrom(replayed) };
    if (current?.version === version) return { hit: current };
    checkApproval(known, alias, version);
    return move(known, entries, request, version, false);
  });
}

/**
 * Points an alias back to where it pointed before it was last set; doing it again goes one further back.
 *
 * Errors: REGISTRY_ALIAS_UNKNOWN; REGISTRY_ALIAS_NO_PREVIOUS: when it never pointed anywhere else.
 */
export async function rollbackAlias(context: RegistryContext, request: AliasRequest): Promise<Done<Alias>> {
  const { model, alias } = request;
  await readModel(context, model);
  return await appendDecided<Alias>(context, `model/${model}`, (entries) => {
    const known = foldModel(model, entries);
    const replayed = entries.find((entry) => isRepeat(entry, request));
    const current = known.aliases.find((one) => one.alias === alias);
    if (replayed !== undefined) return { hit: current ?? aliasFrom(replayed) };
    aliasOf(known, alias);
    const previous = current?.previous ?? null;
    if (previous === null)
      throw new MillraceError("REGISTRY_ALIAS_NO_PREVIOUS", {
        message: `${model}@${alias} never pointed anywhere but to version ${current?.version}.`,
        next: `Set the alias to a version with \`millrace model promote\`, or remove it.`,
        facts: { model, alias, version: current?.version ?? null },
      });
    return move(known, entries, request, previous, true);
  });
}

/** Takes an alias away; taking away one that is not there is a hit. Setting it again later keeps its history for rollback. */
export async function removeAlias(context: RegistryContext, request: AliasRequest): Promise<Done<null>> {
  const { model, alias, reason } = request;
  await readModel(context, model);
  return await appendDecided<null>(context, `model/${model}`, (entries) => {
    const current = foldModel(model, entries).aliases.find((one) => one.alias === alias);
    if (current === undefined || entries.some((entry) => isRepeat(entry, request))) return { hit: null };
    return {
      append: { type: "alias-removed", data: { alias, previous: current.version, reason }, ...keyOf(request) },
      give: () => null,
    };
  });
}

function move(
  known: Model,
  entries: readonly StreamEntry[],
  request: AliasRequest,
  version: number,
  rollback: boolean,
) {
  const current = known.aliases.find((one) => one.alias === request.alias);
  return {
    append: {
      type: "alias-set",
      data: {
        alias: request.alias,
        version,
        previous: current?.version ?? null,
        reason: request.reason,
        ...(rollback ? { rollback } : {}),
      },
      ...keyOf(request),
    },
    give: (entry: StreamEntry) =>
      foldModel(known.name, [...entries, entry]).aliases.find((one) => one.alias === request.alias)!,
  };
}

function keyOf(request: AliasRequest): { key?: string } {
  return request.key === undefined ? {} : { key: `alias/${request.alias}/${request.key}` };
}

function isRepeat(entry: StreamEntry, request: AliasRequest): boolean {
  return request.key !== undefined && entry.key === keyOf(request).key;
}

function aliasFrom(entry: StreamEntry): Alias {
  const data = entry.data;
  return {
    alias: String(data.alias),
    version: Number(data.version),
    previous: (data.previous as number | null) ?? null,
    by: String(data.by),
    reason: String(data.reason),
    atMs: entry.atMs,
  };
}

function checkApproval(model: Model, alias: string, version: number): void {
  const { approval, riskTier } = versionOf(model, version);
  if (alias !== "champion" || approval.state === "approved") return;
  const said =
    approval.state === "rejected"
      ? `was rejected by ${approval.rejectedBy.join(", ")}`
      : `has ${approval.approvedBy.length} of the ${approval.required} approvals that risk tier ${riskTier} asks for`;
  throw new MillraceError("REGISTRY_APPROVAL_MISSING", {
    message: `${model.name}:${version} cannot become champion: it ${said}.`,
    next: `Have it approved with \`millrace model approve ${model.name}:${version}\`.`,
    facts: { model: model.name, version, state: approval.state, required: approval.required },
  });
}
