import { type Expression, type Kysely, type SqlBool, sql } from "kysely";
import type { MetadataAnswers, MetadataQuery } from "#kernel";
import { chunksOf } from "./chunks.ts";
import { artifactOf, contextOf, entryOf, eventOf, executionOf, typeOf } from "./rows.ts";
import type { Statements } from "./statements.ts";
import type { Tables } from "./tables.ts";

type Find<K extends MetadataQuery["find"]> = Extract<MetadataQuery, { find: K }>;

/** Where a query reads: a connection, and the statements that are built already. */
interface Source {
  readonly connection: Kysely<Tables>;
  readonly statements: Statements;
}

/** Answers one query. Several chunks of ids are read in one transaction, so that the answer is of one moment. */
export async function readRecords(
  connection: Kysely<Tables>,
  statements: Statements,
  query: MetadataQuery,
): Promise<MetadataAnswers[typeof query.find]> {
  const source: Source = { connection, statements };
  switch (query.find) {
    case "types": {
      const rows = await statements.run(connection, "types", {}, (db) =>
        db.selectFrom("types").selectAll().orderBy("kind").orderBy("name"),
      );
      return rows.map(typeOf);
    }
    case "artifacts":
      return findArtifacts(source, query);
    case "executions":
      return findExecutions(source, query);
    case "events":
      return findEvents(source, query);
    case "contexts":
      return findContexts(source, query);
    case "entries":
      return findEntries(source, query);
  }
}

async function findArtifacts(source: Source, query: Find<"artifacts">) {
  const { type, content, contextId, limit } = query;
  const rows = await inChunks(source, query.ids, ({ connection, statements }, ids) =>
    statements.run(connection, "artifacts", { ids, type, content, contextId, limit }, (db, given) => {
      let select = db.selectFrom("artifacts").selectAll("artifacts");
      if (given.ids !== undefined) select = select.where("artifacts.id", "in", given.ids);
      if (given.type !== undefined) select = select.where("artifacts.type", "=", given.type);
      if (given.content !== undefined) select = select.where("artifacts.content", "=", given.content);
      if (given.contextId !== undefined)
        select = select
          .innerJoin("memberships", "memberships.member_id", "artifacts.id")
          .where("memberships.context_id", "=", given.contextId);
      select = select.orderBy("artifacts.created_ms", "desc").orderBy("artifacts.id", "desc");
      return given.limit === undefined ? select : select.limit(given.limit);
    }),
  );
  return newestFirst(rows, query.ids, (row) => row.created_ms, limit).map(artifactOf);
}

async function findExecutions(source: Source, query: Find<"executions">) {
  // Only one list can be cut into chunks; where both are given, the cache keys are compared here.
  const wantedKeys = query.ids === undefined ? undefined : query.cacheKeys && new Set<string>(query.cacheKeys);
  const byKey = query.ids === undefined && query.cacheKeys !== undefined;
  const limit = wantedKeys === undefined ? query.limit : undefined;
  const { type, state, contextId } = query;
  const rows = await inChunks(source, query.ids ?? query.cacheKeys, ({ connection, statements }, list) => {
    const lists = byKey ? { keys: list } : { ids: list };
    const values: { readonly keys?: Chunk; readonly ids?: Chunk } = lists;
    return statements.run(connection, "executions", { ...values, type, state, contextId, limit }, (db, given) => {
      let select = db.selectFrom("executions").selectAll("executions");
      if (given.keys !== undefined) select = select.where("executions.cache_key", "in", given.keys);
      if (given.ids !== undefined) select = select.where("executions.id", "in", given.ids);
      if (given.type !== undefined) select = select.where("executions.type", "=", given.type);
      if (given.state !== undefined)
        select =
          (given.keys ?? given.ids ?? given.contextId)
            ? select.where(stateIs(given.state))
            : select.where("executions.state", "=", given.state);
      if (given.contextId !== undefined)
        select = select
          .innerJoin("memberships", "memberships.member_id", "executions.id")
          .where("memberships.context_id", "=", given.contextId);
      select = select.orderBy("executions.started_ms", "desc").orderBy("executions.id", "desc");
      return given.limit === undefined ? select : select.limit(given.limit);
    });
  });
  const wanted =
    wantedKeys === undefined ? rows : rows.filter((row) => row.cache_key !== null && wantedKeys.has(row.cache_key));
  return newestFirst(wanted, query.ids ?? query.cacheKeys, (row) => row.started_ms, query.limit).map(executionOf);
}

/**
 * A state compared in words that no index serves: beside a key, an id or a context, a database without statistics would walk
 * through all executions of that state, because their index gives them in the order that is asked for.
 */
function stateIs(state: string): Expression<SqlBool> {
  return sql<SqlBool>`${sql.ref("executions.state")} || '' = ${state}`;
}

async function findEvents(source: Source, query: Find<"events">) {
  const artifacts =
    query.executionIds === undefined ? undefined : query.artifactIds && new Set<string>(query.artifactIds);
  const list = query.executionIds ?? query.artifactIds;
  const byExecution = query.executionIds !== undefined;
  const rows = await inChunks(source, list, ({ connection, statements }, ids) => {
    const values: { readonly executions?: Chunk; readonly artifacts?: Chunk } = byExecution
      ? { executions: ids }
      : { artifacts: ids };
    return statements.run(connection, "events", values, (db, given) => {
      let select = db.selectFrom("events").selectAll();
      if (given.executions !== undefined) select = select.where("execution_id", "in", given.executions);
      if (given.artifacts !== undefined) select = select.where("artifact_id", "in", given.artifacts);
      return select.orderBy("position");
    });
  });
  const wanted = artifacts === undefined ? rows : rows.filter((row) => artifacts.has(row.artifact_id));
  return wanted.sort((a, b) => a.position - b.position).map(eventOf);
}

async function findContexts(source: Source, query: Find<"contexts">) {
  const { type, name, memberId, limit } = query;
  const before = { beforeMs: query.before?.createdMs, beforeId: query.before?.id };
  const rows = await inChunks(source, query.ids, ({ connection, statements }, ids) =>
    statements.run(connection, "contexts", { ids, type, name, memberId, ...before, limit }, (db, given) => {
      let select = db.selectFrom("contexts").selectAll("contexts");
      if (given.ids !== undefined) select = select.where("contexts.id", "in", given.ids);
      if (given.type !== undefined) select = select.where("contexts.type", "=", given.type);
      if (given.name !== undefined) select = select.where("contexts.name", "=", given.name);
      if (given.memberId !== undefined)
        select = select
          .innerJoin("memberships", "memberships.context_id", "contexts.id")
          .where("memberships.member_id", "=", given.memberId);
      const { beforeMs, beforeId } = given;
      if (beforeMs !== undefined && beforeId !== undefined)
        select = select.where((where) =>
          where.or([
            where("contexts.created_ms", "<", beforeMs),
            where.and([where("contexts.created_ms", "=", beforeMs), where("contexts.id", "<", beforeId)]),
          ]),
        );
      select = select.orderBy("contexts.created_ms", "desc").orderBy("contexts.id", "desc");
      return given.limit === undefined ? select : select.limit(given.limit);
    }),
  );
  return newestFirst(rows, query.ids, (row) => row.created_ms, limit).map(contextOf);
}

async function findEntries({ connection, statements }: Source, query: Find<"entries">) {
  const { stream, type, afterSequence, limit } = query;
  // Text compares by bytes: every stream with the prefix lies between it and the prefix with the last code point behind it.
  const from = query.streamPrefix;
  const to = from === undefined ? undefined : `${from}\u{10ffff}`;
  const values = { stream, from, to, type, afterSequence, limit };
  const rows = await statements.run(connection, "entries", values, (db, given) => {
    let select = db.selectFrom("entries").selectAll();
    if (given.stream !== undefined) select = select.where("stream", "=", given.stream);
    if (given.from !== undefined) select = select.where("stream", ">=", given.from);
    if (given.to !== undefined) select = select.where("stream", "<", given.to);
    if (given.type !== undefined) select = select.where("type", "=", given.type);
    if (given.afterSequence !== undefined) select = select.where("sequence", ">", given.afterSequence);
    select = select.orderBy(given.stream === undefined ? "position" : "sequence");
    return given.limit === undefined ? select : select.limit(given.limit);
  });
  return rows.map(entryOf);
}

type Chunk = readonly string[] | undefined;

async function inChunks<Row>(
  source: Source,
  ids: Chunk,
  read: (source: Source, ids: Chunk) => Promise<Row[]>,
): Promise<Row[]> {
  const chunks = ids === undefined ? [undefined] : chunksOf(ids);
  if (chunks.length === 0) return [];
  if (chunks.length === 1) return read(source, chunks[0]);
  return source.connection.transaction().execute(async (transaction) => {
    const rows: Row[] = [];
    for (const chunk of chunks) rows.push(...(await read({ ...source, connection: transaction }, chunk)));
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
