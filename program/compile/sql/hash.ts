import { piece, type Sql, sql } from "./model.ts";
import type { Stages } from "./stages.ts";

/*
 * MurmurHash3 x86-32 (see program/text/murmur3.ts) of the UTF-8 bytes in integers of 64 bits. A rotation of a word x by r
 * is x × 2^r modulo 2^32 − 1, kept within 1 … 2^32 − 1 for x > 0.
 */
const first = "3432918353";
const second = "461845907";
const word = "4294967295";

interface Words {
  /** A word × a constant, modulo 2^32. */
  times(a: Sql, constant: string): Sql;
  xor(a: Sql, b: Sql): Sql;
}

const rotate = (a: Sql, factor: number): Sql => sql`((${a} * ${String(factor)} - 1) % ${word} + 1)`;

function scramble(block: Sql, words: Words): Sql {
  return words.times(rotate(words.times(block, first), 32768), second);
}

function step(hash: Sql, block: Sql, words: Words): Sql {
  return sql`((${rotate(words.xor(hash, scramble(block, words)), 8192)} * 5 + 3864292196) & ${word})`;
}

/** What follows the whole blocks; each step is a column, as it is read twice. */
function finish(stages: Stages, hash: Sql, tail: Sql, length: Sql, words: Words): Sql {
  const column = (value: Sql) => stages.column(value);
  const shifted = (value: Sql, by: number) => column(words.xor(value, sql`(${value} >> ${String(by)})`));
  let h = column(words.xor(hash, column(scramble(tail, words))));
  h = column(words.xor(h, length));
  h = shifted(h, 16);
  h = column(words.times(h, "2246822507"));
  h = shifted(h, 13);
  h = column(words.times(h, "3266489909"));
  return shifted(h, 16);
}

const plainXor = (a: Sql, b: Sql) => sql`xor(${a}, ${b})`;

/** The constant's two halves, so that no product passes 2^63. */
function timesInHalves(a: Sql, constant: string): Sql {
  const value = Number(constant);
  const high = String(Math.floor(value / 65536));
  const low = String(value % 65536);
  return sql`((${a} * ${low} + ((${a} * ${high}) & 65535) * 65536) & ${word})`;
}

export function duckdbHash(stages: Stages, text: Sql): Sql {
  const words: Words = {
    times: (a, constant) => sql`CAST((CAST(${a} AS UBIGINT) * ${constant}) & ${word} AS BIGINT)`,
    xor: plainXor,
  };
  const hex = stages.column(sql`hex(${text})`);
  const length = stages.column(sql`(length(${hex}) // 2)`);
  const pair = (at: Sql) => sql`substr(${hex}, ${at}, 2)`;
  const block = sql`CAST('0x' || ${pair(sql`i * 8 + 7`)} || ${pair(sql`i * 8 + 5`)} || ${pair(sql`i * 8 + 3`)} || ${pair(sql`i * 8 + 1`)} AS BIGINT)`;
  const blocks = sql`list_transform(range(0, ${length} // 4), lambda i: ${block})`;
  const folded = stages.column(
    sql`list_reduce(list_prepend(CAST(0 AS BIGINT), ${blocks}), lambda h, k: ${step(piece("h"), piece("k"), words)})`,
  );
  const tailPair = (k: number) => {
    const at = sql`(${length} // 4 * 8 + ${String(2 * k + 1)})`;
    return sql`CAST('0x0' || substr(${hex}, ${at}, 2) AS BIGINT) * ${String(256 ** k)}`;
  };
  const tail = stages.column(sql`(${tailPair(0)} + ${tailPair(1)} + ${tailPair(2)})`);
  return sql`CAST(${finish(stages, folded, tail, length, words)} AS DOUBLE)`;
}

export function postgresHash(stages: Stages, text: Sql): Sql {
  const words: Words = {
    times: (a, constant) => sql`((${a})::numeric * ${constant} % 4294967296)::bigint`,
    xor: (a, b) => sql`(${a} # ${b})`,
  };
  const bytes = stages.column(sql`convert_to(${text}, 'UTF8')`);
  const length = stages.column(sql`octet_length(${bytes})::bigint`);
  const byte = (k: number) => sql`(get_byte(${bytes}, r.i * 4 + ${String(k)})::bigint * ${String(256 ** k)})`;
  const block = sql`(${byte(0)} + ${byte(1)} + ${byte(2)} + ${byte(3)})`;
  const folded = stages.column(
    sql`(WITH RECURSIVE r(i, h) AS (SELECT 0, 0::bigint UNION ALL SELECT r.i + 1, ${step(piece("r.h"), block, words)} FROM r WHERE r.i < ${length} / 4) SELECT r.h FROM r WHERE r.i = ${length} / 4)`,
  );
  const tailByte = (k: number) =>
    sql`CASE WHEN ${length} % 4 > ${String(k)} THEN get_byte(${bytes}, (${length} / 4 * 4)::int + ${String(k)})::bigint * ${String(256 ** k)} ELSE 0 END`;
  const tail = stages.column(sql`(${tailByte(0)} + ${tailByte(1)} + ${tailByte(2)})`);
  return sql`(${finish(stages, folded, tail, length, words)})::float8`;
}

export function sqliteHash(stages: Stages, text: Sql): Sql {
  const words: Words = {
    times: (a, constant) => sql`(SELECT ${timesInHalves(piece("w"), constant)} FROM (SELECT ${a} AS w))`,
    xor: (a, b) => sql`(SELECT (x | y) - (x & y) FROM (SELECT ${a} AS x, ${b} AS y))`,
  };
  const hex = stages.column(sql`CASE WHEN ${text} IS NOT NULL THEN hex(${text}) END`);
  const length = stages.column(sql`(length(${hex}) / 2)`);
  const digit = (at: Sql) => sql`instr('123456789ABCDEF', substr(${hex}, ${at}, 1))`;
  const byte = (at: Sql, k: number) =>
    sql`(CASE WHEN length(substr(${hex}, ${at} + ${String(2 * k)}, 2)) = 2 THEN ${digit(sql`${at} + ${String(2 * k)}`)} * 16 + ${digit(sql`${at} + ${String(2 * k + 1)}`)} ELSE 0 END * ${String(256 ** k)})`;
  const at = sql`(r.i * 8 + 1)`;
  const block = sql`(${byte(at, 0)} + ${byte(at, 1)} + ${byte(at, 2)} + ${byte(at, 3)})`;
  const folded = stages.column(
    sql`(WITH RECURSIVE r(i, h) AS (SELECT 0, 0 UNION ALL SELECT r.i + 1, ${step(piece("r.h"), block, words)} FROM r WHERE r.i < ${length} / 4) SELECT r.h FROM r WHERE r.i = ${length} / 4)`,
  );
  const end = sql`(${length} / 4 * 8 + 1)`;
  const tail = stages.column(sql`(${byte(end, 0)} + ${byte(end, 1)} + ${byte(end, 2)})`);
  return sql`CAST(${finish(stages, folded, tail, length, words)} AS REAL)`;
}
