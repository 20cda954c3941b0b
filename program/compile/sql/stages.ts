import { type Column, type NumberSql, ranged, type Sql } from "./model.ts";

/** How a stage is kept from being folded into the next, which would compute its expressions again and again. */
export interface Fence {
  readonly materialized: string;
  readonly end: string;
}

/** Operands nested deeper than this become columns: databases limit how deep an expression may be. */
const deepest = 16;

/**
 * The chain of common table expressions. A value that is read more than once is a column of the earliest stage that can
 * compute it, and is carried on as far as it is read.
 */
export class Stages {
  readonly #columns: Column[] = [];
  readonly #tables: string[] = [];

  /** The value as a column of its own, unless it is one already. */
  column(value: Sql, stage = after(value)): Sql {
    if (value.atom) return value;
    const column: Column = { name: `c${this.#columns.length}`, stage, value };
    this.#columns.push(column);
    return { text: column.name, reads: new Set([column]), depth: 0, atom: true };
  }

  number(value: NumberSql, stage?: number): NumberSql {
    return ranged(this.column(value, stage), value.range);
  }

  /** A raw column, read in the first stage. */
  raw(value: Sql): Sql {
    return this.column({ ...value, atom: false }, 0);
  }

  /** A table of constants before the first stage, by its name. */
  table(columns: string, select: string): string {
    const name = `t${this.#tables.length}`;
    this.#tables.push(`${name}(${columns}) AS MATERIALIZED (${select})`);
    return name;
  }

  shallow<T extends Sql>(value: T): T {
    return value.depth > deepest ? { ...value, ...this.column(value) } : value;
  }

  /** The statement that selects these values, named, and how wide its widest stage is. */
  select(outputs: readonly { readonly name: string; readonly value: Sql }[], fence: Fence) {
    const lastRead = new Map<Column, number>();
    const use = (value: Sql, stage: number): void => {
      for (const column of value.reads) {
        const known = lastRead.get(column);
        if (known !== undefined && known >= stage) continue;
        lastRead.set(column, stage);
        if (known === undefined) use(column.value, column.stage);
      }
    };
    const final = Math.max(0, ...outputs.map(({ value }) => after(value) - 1)) + 1;
    for (const { value } of outputs) use(value, final);
    const used = this.#columns.filter((column) => lastRead.has(column));
    const lines = [...this.#tables];
    let widest = outputs.length;
    for (let stage = 0; stage < final; stage++) {
      const kept = used.filter((column) => column.stage < stage && lastRead.get(column)! > stage);
      const made = used.filter((column) => column.stage === stage);
      widest = Math.max(widest, kept.length + made.length);
      const items = [...kept.map(({ name }) => name), ...made.map(({ name, value }) => `${value.text} AS ${name}`)];
      const from = stage === 0 ? "input" : `s${stage - 1}`;
      lines.push(
        `s${stage} AS ${fence.materialized}(\nSELECT\n  ${items.length === 0 ? "1 AS c" : items.join(",\n  ")}\nFROM ${from}${fence.end}\n)`,
      );
    }
    const last = outputs.map(({ name, value }) => `${value.text} AS ${name}`).join(",\n  ");
    return { text: `WITH ${lines.join(",\n")}\nSELECT\n  ${last}\nFROM s${final - 1}\n`, widest };
  }
}

/** The first stage that can compute a value. */
function after(value: Sql): number {
  let stage = 0;
  for (const column of value.reads) if (column.stage >= stage) stage = column.stage + 1;
  return stage;
}
