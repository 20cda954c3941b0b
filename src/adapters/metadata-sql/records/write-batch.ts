import { type Insertable, type Kysely, sql } from "kysely";
import { type LineageType, type MetadataWrite, MillraceError } from "#kernel";
import { chunksOf } from "./chunks.ts";
import { jsonText } from "./rows.ts";
import type { Statements } from "./statements.ts";
import type { Tables } from "./tables.ts";

type Put<K extends MetadataWrite["put"]> = Extract<MetadataWrite, { put: K }>;
type Rows<T extends keyof Tables> = Insertable<Tables[T]>[];

/** Where a batch writes: a transaction, and the statements that are built already. */
interface Target {
  readonly transaction: Kysely<Tables>;
  readonly statements: Statements;
  /** The streams that the batch has appended to: where they stood before it, and where they stand now. */
  readonly streams: Map<string, { readonly before: number; last: number }>;
}

/**
 * Writes one batch inside a transaction: the records of a kind together, in as few statements as that takes. It throws at the
 * first write that fails; the caller rolls back.
 */
export async function writeBatch(
  transaction: Kysely<Tables>,
  statements: Statements,
  batch: readonly MetadataWrite[],
): Promise<void> {
  const target: Target = { transaction, statements, streams: new Map() };
  let start = 0;
  for (const [index, write] of batch.entries()) {
    if (write.put !== "artifact-removal") continue;
    // What comes before a removal may be what it removes.
    await putTogether(batch.slice(start, index), target);
    await removeArtifact(write.id, target);
    start = index + 1;
  }
  await putTogether(start === 0 ? batch : batch.slice(start), target);
}

async function putTogether(writes: readonly MetadataWrite[], target: Target): Promise<void> {
  const artifacts = new Map<string, Insertable<Tables["artifacts"]>>();
  const executions = new Map<string, Insertable<Tables["executions"]>>();
  const events: Rows<"events"> = [];
  const memberships: Rows<"memberships"> = [];
  const entries: Put<"entry">[] = [];
  for (const write of writes)
    switch (write.put) {
      case "type":
        await putType(write.value, target);
        break;
      case "context":
        await putContext(write.value, target);
        break;
      case "artifact": {
        const { id, type, content, createdMs } = write.value;
        const files = jsonText(write.value.files as never, id);
        const properties = jsonText(write.value.properties, id);
        artifacts.set(id, { id, type, content, files, properties, created_ms: createdMs });
        break;
      }
      case "execution": {
        const { id, type, state, cacheKey, startedMs, endedMs } = write.value;
        const properties = jsonText(write.value.properties, id);
        const times = { started_ms: startedMs, ended_ms: endedMs };
        executions.set(id, { id, type, state, cache_key: cacheKey, properties, ...times });
        break;
      }
      case "event": {
        const { executionId, artifactId, type, path, atMs } = write.value;
        events.push({ execution_id: executionId, artifact_id: artifactId, type, path, at_ms: atMs });
        break;
      }
      case "membership":
        memberships.push({ context_id: write.contextId, member_id: write.memberId });
        break;
      case "entry":
        entries.push(write);
        break;
      case "artifact-removal":
        break;
    }
  const { transaction, statements } = target;
  const replacing = { key: ["id"], replace: true } as const;
  await statements.insert(transaction, "artifacts", [...artifacts.values()], replacing);
  await statements.insert(transaction, "executions", [...executions.values()], replacing);
  await statements.insert(transaction, "events", events, { key: eventKey, replace: false });
  await statements.insert(transaction, "memberships", memberships, { key: membershipKey, replace: false });
  if (entries.length > 0) await appendEntries(entries, target);
}

const eventKey = ["execution_id", "type", "path", "artifact_id"] as const;
const membershipKey = ["context_id", "member_id"] as const;

async function removeArtifact(id: string, { transaction, statements }: Target): Promise<void> {
  await statements.run(transaction, "remove artifact", { id }, (db, given) =>
    db.deleteFrom("artifacts").where("id", "=", given.id),
  );
  await statements.run(transaction, "remove memberships", { id }, (db, given) =>
    db.deleteFrom("memberships").where("member_id", "=", given.id),
  );
}

/** Types only grow: what an older program declares never takes away what a newer one added. */
async function putType({ kind, name, properties }: LineageType, { transaction, statements }: Target): Promise<void> {
  const [found] = await statements.run(transaction, "type", { kind, name }, (db, given) =>
    db.selectFrom("types").select("properties").where("kind", "=", given.kind).where("name", "=", given.name),
  );
  const before = (found === undefined ? {} : JSON.parse(found.properties)) as LineageType["properties"];
  for (const [property, type] of Object.entries(properties)) {
    const was = before[property];
    if (was !== undefined && was !== type)
      throw new MillraceError("ADAPTERS_METADATA_TYPE_CHANGED", {
        message: `The property "${property}" of the ${kind} type "${name}" is ${was} and cannot become ${type}.`,
        next: "Declare the new meaning under another property name.",
        facts: { kind, name, property, was, asked: type },
      });
  }
  const merged = jsonText({ ...before, ...properties }, name);
  if (merged === found?.properties) return;
  const onTaken = { key: ["kind", "name"], replace: true } as const;
  await statements.insert(transaction, "types", [{ kind, name, properties: merged }], onTaken);
}

async function putContext(
  { id, type, name, properties, createdMs }: Put<"context">["value"],
  { transaction, statements }: Target,
): Promise<void> {
  const [holder] = await statements.run(transaction, "name holder", { type, name, id }, (db, given) =>
    db
      .selectFrom("contexts")
      .select("id")
      .where("type", "=", given.type)
      .where("name", "=", given.name)
      .where("id", "!=", given.id),
  );
  if (holder !== undefined)
    throw new MillraceError("ADAPTERS_METADATA_NAME_TAKEN", {
      message: `The ${type} "${name}" exists already, as ${holder.id}.`,
      next: "Use the one that exists, or give the new one another name.",
      facts: { type, name, id: holder.id },
    });
  const row = { id, type, name, properties: jsonText(properties, id), created_ms: createdMs };
  await statements.insert(transaction, "contexts", [row], { key: ["id"], replace: true });
}

async function appendEntries(entries: readonly Put<"entry">[], target: Target): Promise<void> {
  const rows: Rows<"entries"> = [];
  const byStream = Map.groupBy(entries, (entry) => entry.stream);
  const used = new Map<string, Set<string>>();
  for (const [stream, own] of byStream) used.set(stream, await usedKeys(stream, own, target));
  for (const { stream, key, expectedSequence, type, data, atMs } of entries) {
    const state = await streamState(stream, target);
    const taken = used.get(stream)!;
    if (key !== undefined && taken.has(key)) continue;
    if (expectedSequence !== undefined && expectedSequence !== state.before)
      throw new MillraceError("ADAPTERS_METADATA_CONFLICT", {
        message: `The stream ${stream} stands at ${state.before}, not at ${expectedSequence}: somebody else wrote first.`,
        next: "Read the stream again, decide again, and write again.",
        facts: { stream, expected: expectedSequence, actual: state.before },
      });
    const sequence = state.last + 1;
    const text = jsonText(data, `${stream}#${sequence}`);
    rows.push({ stream, sequence, type, data: text, entry_key: key ?? null, at_ms: atMs });
    if (key !== undefined) taken.add(key);
    state.last = sequence;
  }
  await target.statements.insert(target.transaction, "entries", rows, null);
}

async function streamState(stream: string, { transaction, statements, streams }: Target) {
  let state = streams.get(stream);
  if (state === undefined) {
    const [found] = await statements.run(transaction, "last sequence", { stream }, (db, given) =>
      db.selectFrom("entries").select(sql<number | null>`max(sequence)`.as("last")).where("stream", "=", given.stream),
    );
    state = { before: found?.last ?? 0, last: found?.last ?? 0 };
    streams.set(stream, state);
  }
  return state;
}

/** Of the keys of these entries, those that the stream holds already. */
async function usedKeys(
  stream: string,
  entries: readonly Put<"entry">[],
  { transaction, statements }: Target,
): Promise<Set<string>> {
  const used = new Set<string>();
  for (const keys of chunksOf(entries.flatMap(({ key }) => key ?? [])))
    for (const { entry_key } of await statements.run(transaction, "used keys", { stream, keys }, (db, given) =>
      db
        .selectFrom("entries")
        .select("entry_key")
        .where("stream", "=", given.stream)
        .where("entry_key", "in", given.keys),
    ))
      used.add(entry_key!);
  return used;
}
