import type { MillraceError } from "#kernel";
import { foldName } from "../engine/quoting.ts";
import type { Value } from "../typing/value-column.ts";

/** Objects as columns: in order of first appearance, absent keys missing. */
export class ObjectColumns {
  rows = 0;
  #columns = new Map<string, Value[]>();
  readonly #folded = new Map<string, string>();

  /** Adds a row; `refuse` gives the error where a name is the twin of the one in column `a` (from 1). */
  add(
    values: ReadonlyMap<string, Value>,
    refuse: (name: string, other: string, a: number, b: number) => MillraceError,
  ) {
    for (const [name, value] of values) {
      let column = this.#columns.get(name);
      if (column === undefined) {
        const other = this.#folded.get(foldName(name));
        if (other !== undefined)
          throw refuse(name, other, [...this.#columns.keys()].indexOf(other) + 1, this.#columns.size + 1);
        this.#folded.set(foldName(name), name);
        column = [];
        this.#columns.set(name, column);
      }
      while (column.length < this.rows) column.push(null);
      column.push(value);
    }
    this.rows++;
  }

  /** Hands over the rows, every column filled up, and begins anew with the same names. */
  take(): ReadonlyMap<string, readonly Value[]> {
    const taken = this.#columns;
    for (const column of taken.values()) while (column.length < this.rows) column.push(null);
    this.#columns = new Map([...taken.keys()].map((name) => [name, []]));
    this.rows = 0;
    return taken;
  }
}
