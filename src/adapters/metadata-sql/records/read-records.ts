import type { Kysely } from "kysely";
import type { MetadataAnswers, MetadataQuery } from "#kernel";
import { chunksOf } from "./chunks.ts";
import { artifactOf, contextOf, entryOf, eventOf, executionOf, typeOf } from "./rows.ts";
import type { Tables } from "./tables.ts";

type Find<K extends MetadataQuery["find"]> = Extract<MetadataQuery, { find: K }>;

/** Answers one query. Several chunks of ids are read in one transaction, so that the answer is of one moment. */
export async function readRecords(
  connection: Kysely<Tables>,
  query: MetadataQuery,
): Promise<MetadataAnswers[typeof query.find]> {
  switch (query.find) {
    case "types":
      return (await connection.selectFrom("types").selectAll().orderBy("kind").orderBy("name").execute()).map(typeOf);
    case "artifacts":
      return findArtifacts(connection, query);
    case "executions":
      return findExecutions(connection, query);
    case "events":
      return findEvents(connection, query);
    case "contexts":
      return findContexts(connection, query);
    case "entries":
      return findEntries(connection, query);
  }
}

async function findArtifacts(connection: Kysely<Tables>, query: Find<"artifacts">) {
  const rows = await inChunks(connection, query.ids, async (source, ids) => {
    let select = source.selectFrom("artifacts").selectAll("artifacts");
    if (ids !== undefined) select = select.where("artifacts.id", "in", ids);
    if (query.type !== undefined) select = select.where("artifacts.type", "=", query.type);
    if (query.content !== undefined) select = select.where("artifacts.content", "=", query.content);
    if (query.contextId !== undefined)
      select = select
        .innerJoin("memberships", "memberships.member_id", "artifacts.id")
        .where("memberships.context_id", "=", query.contextId);
    select = select.orderBy("artifacts.created_ms", "desc").orderBy("artifacts.id", "desc");
    return (query.limit === undefined ? select : select.limit(query.limit)).execute();
  });
  return newestFirst(rows, query.ids, (row) => row.created_ms, query.limit).map(artifactOf);
}

async function findExecutions(connection: Kysely<Tables>, query: Find<"executions">) {
  // Only one list can be cut into chunks; where both are given, the cache keys are compared here.
  const keys = query.ids === undefined ? undefined : query.cacheKeys && new Set<string>(query.cacheKeys);
  const byKey = query.ids === undefined && query.cacheKeys !== undefined;
  const limit = keys === undefined ? query.limit : undefined;
  const rows = await inChunks(connection, query.ids ?? query.cacheKeys, async (source, list) => {
    let select = source.selectFrom("executions").selectAll("executions");
    if (list !== undefined) select = select.where(byKey ? "executions.cache_key" : "executions.id", "in", list);
    if (query.type !== undefined) select = select.where("executions.type", "=", query.type);
    if (query.state !== undefined) select = select.where("executions.state", "=", query.state);
    if (query.contextId !== undefined)
      select = select
        .innerJoin("memberships", "memberships.member_id", "executions.id")
        .where("memberships.context_id", "=", query.contextId);
    select = select.orderBy("executions.started_ms", "desc").orderBy("executions.id", "desc");
    return (limit === undefined ? select : select.limit(limit)).execute();
  });
  const wanted = keys === undefined ? rows : rows.filter((row) => row.cache_key !== null && keys.has(row.cache_key));
  return newestFirst(wanted, query.ids ?? query.cacheKeys, (row) => row.started_ms, query.limit).map(executionOf);
}

async function findEvents(connection: Kysely<Tables>, query: Find<"events">) {
  const artifacts =
    query.executionIds === undefined ? undefined : query.artifactIds && new Set<string>(query.artifactIds);
  const column = query.executionIds === undefined ? "artifact_id" : "execution_id";
  const list = query.executionIds ?? query.artifactIds;
  const rows = await inChunks(connection, list, (source, ids) => {
    let select = source.selectFrom("events").selectAll();
    if (ids !== undefined) select = select.where(column, "in", ids);
    return select.orderBy("position").execute();
  });
  const wanted = artifacts === undefined ? rows : rows.filter((row) => artifacts.has(row.artifact_id));
  return wanted.sort((a, b) => a.position - b.position).map(eventOf);
}

async function findContexts(connection: Kysely<Tables>, query: Find<"contexts">) {
  const rows = await inChunks(connection, query.ids, async (source, ids) => {
    let select = source.selectFrom("contexts").selectAll("contexts");
    if (ids !== undefined) select = select.where("contexts.id", "in", ids);
    if (query.type !== undefined) select = select.where("contexts.type", "=", query.type);
    if (query.name !== undefined) select = select.where("contexts.name", "=", query.name);
    if (query.memberId !== undefined)
      select = select
        .innerJoin("memberships", "memberships.context_id", "contexts.id")
        .where("memberships.member_id", "=", query.memberId);
    const { before } = query;
    if (before !== undefined)
      select = select.where((where) =>
        where.or([
          where("contexts.created_ms", "<", before.createdMs),
          where.and([where("contexts.created_ms", "=", before.createdMs), where("contexts.id", "<", before.id)]),
        ]),
      );
    select = select.orderBy("contexts.created_ms", "desc").orderBy("contexts.id", "desc");
    return (query.limit === undefined ? select : select.limit(query.limit)).execute();
  });
  return newestFirst(rows, query.ids, (row) => row.created_ms, query.limit).map(contextOf);
}

async function findEntries(connection: Kysely<Tables>, query: Find<"entries">) {
  let select = connection.selectFrom("entries").selectAll();
  if (query.stream !== undefined) select = select.where("stream", "=", query.stream);
  // Text compares by bytes: every stream with the prefix lies between it and the prefix with the last code point behind it.
  if (query.streamPrefix !== undefined)
    select = select.where("stream", ">=", query.streamPrefix).where("stream", "<", `${query.streamPrefix}\u{10ffff}`);
  if (query.type !== undefined) select = select.where("type", "=", query.type);
  if (query.afterSequence !== undefined) select = select.where("sequence", ">", query.afterSequence);
  select = select.orderBy(query.stream === undefined ? "position" : "sequence");
  return (await (query.limit === undefined ? select : select.limit(query.limit)).execute()).map(entryOf);
}

async function inChunks<Row>(
  connection: Kysely<Tables>,
  ids: readonly string[] | undefined,
  read: (source: Kysely<Tables>, ids: readonly string[] | undefined) => Promise<Row[]>,
): Promise<Row[]> {
  const chunks = ids === undefined ? [undefined] : chunksOf(ids);
  if (chunks.length === 0) return [];
  if (chunks.length === 1) return read(connection, chunks[0]);
  return connection.transaction().execute(async (transaction) => {
    const rows: Row[] = [];
    for (const chunk of chunks) rows.push(...(await read(transaction, chunk)));
    return rows;
  });
}

/** Each chunk came sorted and cut; several together are sorted and cut again. */
function newestFirst<Row extends { readonly id: string }>(
  rows: Row[],
  ids: readonly string[] | undefined,
  time: (row: Row) => number,
  limit: number | undefined,
): Row[] {
  if (ids === undefined) return rows;
  const sorted = rows.sort((a, b) => time(b) - time(a) || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
  return limit === undefined ? sorted : sorted.slice(0, limit);
}
