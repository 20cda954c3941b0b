import type { Transaction } from "kysely";
import { type LineageType, type MetadataWrite, MillraceError } from "#kernel";
import { jsonText } from "./rows.ts";
import type { Tables } from "./tables.ts";

type Entry = Extract<MetadataWrite, { put: "entry" }>;

/** Writes one batch inside a transaction. It throws at the first write that fails; the caller rolls back. */
export async function writeBatch(transaction: Transaction<Tables>, batch: readonly MetadataWrite[]): Promise<void> {
  const streams = new Map<string, { readonly before: number; last: number }>();
  for (const write of batch) {
    if (write.put === "entry") await appendEntry(transaction, write, streams);
    else await putRecord(transaction, write);
  }
}

async function putRecord(transaction: Transaction<Tables>, write: Exclude<MetadataWrite, Entry>): Promise<void> {
  switch (write.put) {
    case "type":
      return putType(transaction, write.value);
    case "artifact": {
      const { id, type, content, createdMs } = write.value;
      const files = jsonText(write.value.files as never, id);
      const rest = { type, content, files, properties: jsonText(write.value.properties, id), created_ms: createdMs };
      await transaction
        .insertInto("artifacts")
        .values({ id, ...rest })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(rest))
        .execute();
      return;
    }
    case "execution": {
      const { id, type, state, cacheKey, startedMs, endedMs } = write.value;
      const properties = jsonText(write.value.properties, id);
      const rest = { type, state, cache_key: cacheKey, properties, started_ms: startedMs, ended_ms: endedMs };
      await transaction
        .insertInto("executions")
        .values({ id, ...rest })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(rest))
        .execute();
      return;
    }
    case "event": {
      const { executionId, artifactId, type, path, atMs } = write.value;
      await transaction
        .insertInto("events")
        .values({ execution_id: executionId, artifact_id: artifactId, type, path, at_ms: atMs })
        .onConflict((conflict) => conflict.columns(["execution_id", "type", "path", "artifact_id"]).doNothing())
        .execute();
      return;
    }
    case "context":
      return putContext(transaction, write.value);
    case "membership":
      await transaction
        .insertInto("memberships")
        .values({ context_id: write.contextId, member_id: write.memberId })
        .onConflict((conflict) => conflict.columns(["context_id", "member_id"]).doNothing())
        .execute();
      return;
    case "artifact-removal":
      await transaction.deleteFrom("artifacts").where("id", "=", write.id).execute();
      await transaction.deleteFrom("memberships").where("member_id", "=", write.id).execute();
      return;
  }
}

/** Types only grow: what an older program declares never takes away what a newer one added. */
async function putType(transaction: Transaction<Tables>, { kind, name, properties }: LineageType): Promise<void> {
  const found = await transaction
    .selectFrom("types")
    .select("properties")
    .where("kind", "=", kind)
    .where("name", "=", name)
    .executeTakeFirst();
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
  await transaction
    .insertInto("types")
    .values({ kind, name, properties: merged })
    .onConflict((conflict) => conflict.columns(["kind", "name"]).doUpdateSet({ properties: merged }))
    .execute();
}

async function putContext(
  transaction: Transaction<Tables>,
  { id, type, name, properties, createdMs }: Extract<MetadataWrite, { put: "context" }>["value"],
): Promise<void> {
  const holder = await transaction
    .selectFrom("contexts")
    .select("id")
    .where("type", "=", type)
    .where("name", "=", name)
    .where("id", "!=", id)
    .executeTakeFirst();
  if (holder !== undefined)
    throw new MillraceError("ADAPTERS_METADATA_NAME_TAKEN", {
      message: `The ${type} "${name}" exists already, as ${holder.id}.`,
      next: "Use the one that exists, or give the new one another name.",
      facts: { type, name, id: holder.id },
    });
  const rest = { type, name, properties: jsonText(properties, id), created_ms: createdMs };
  await transaction
    .insertInto("contexts")
    .values({ id, ...rest })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(rest))
    .execute();
}

async function appendEntry(
  transaction: Transaction<Tables>,
  entry: Entry,
  streams: Map<string, { readonly before: number; last: number }>,
): Promise<void> {
  const { stream, key } = entry;
  let state = streams.get(stream);
  if (state === undefined) {
    const last = await lastSequence(transaction, stream);
    state = { before: last, last };
    streams.set(stream, state);
  }
  if (key !== undefined && (await keyIsUsed(transaction, stream, key))) return;
  if (entry.expectedSequence !== undefined && entry.expectedSequence !== state.before)
    throw new MillraceError("ADAPTERS_METADATA_CONFLICT", {
      message: `The stream ${stream} stands at ${state.before}, not at ${entry.expectedSequence}: somebody else wrote first.`,
      next: "Read the stream again, decide again, and write again.",
      facts: { stream, expected: entry.expectedSequence, actual: state.before },
    });
  const sequence = state.last + 1;
  await transaction
    .insertInto("entries")
    .values({
      stream,
      sequence,
      type: entry.type,
      data: jsonText(entry.data, `${stream}#${sequence}`),
      entry_key: key ?? null,
      at_ms: entry.atMs,
    })
    .execute();
  state.last = sequence;
}

async function lastSequence(transaction: Transaction<Tables>, stream: string): Promise<number> {
  const found = await transaction
    .selectFrom("entries")
    .select((build) => build.fn.max("sequence").as("last"))
    .where("stream", "=", stream)
    .executeTakeFirst();
  return found?.last ?? 0;
}

async function keyIsUsed(transaction: Transaction<Tables>, stream: string, key: string): Promise<boolean> {
  const found = await transaction
    .selectFrom("entries")
    .select("sequence")
    .where("stream", "=", stream)
    .where("entry_key", "=", key)
    .executeTakeFirst();
  return found !== undefined;
}
