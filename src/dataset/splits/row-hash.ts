import { type Column, type Frame, murmur3 } from "@millrace/program";
import { columnNamed } from "../frames/frame-columns.ts";

/** 64 bits a row, as two halves. */
export interface RowHashes {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

/**
 * A hash of each row's values: equal rows have equal hashes whatever their place, the order of columns or the order of levels. Over a million
 * distinct rows, two share a hash with a chance of 3·10⁻⁸.
 */
export function hashRows(frame: Frame, names: readonly string[], seed: number): RowHashes {
  const high = new Uint32Array(frame.rows).fill(mix(seed ^ 0x9e3779b9));
  const low = new Uint32Array(frame.rows).fill(mix(seed ^ 0x85ebca6b));
  for (const name of [...names].sort()) {
    const column = columnNamed(frame, name);
    const saltHigh = murmur3(name, 1);
    const saltLow = murmur3(name, 2);
    const cells = cellHashes(column);
    for (let row = 0; row < frame.rows; row++) {
      cells(row);
      high[row] = mix((Math.imul(high[row]!, 31) + (cellHigh ^ saltHigh)) | 0);
      low[row] = mix((Math.imul(low[row]!, 37) + (cellLow ^ saltLow)) | 0);
    }
  }
  return { high, low };
}

let cellHigh = 0;
let cellLow = 0;

/** Sets cellHigh and cellLow: module variables, because the loop around is hot. */
function cellHashes(column: Column): (row: number) => void {
  if (column.type === "string") {
    const highs = Uint32Array.from(column.levels, (level) => murmur3(level, 3));
    const lows = Uint32Array.from(column.levels, (level) => murmur3(level, 4));
    return (row) => {
      const code = column.codes[row]!;
      cellHigh = code === -1 ? 0x51ed27 : highs[code]!;
      cellLow = code === -1 ? 0x2545f4 : lows[code]!;
    };
  }
  const width = column.type === "vector" ? column.width : 1;
  const value = new Float64Array(1);
  const halves = new Uint32Array(value.buffer);
  return (row) => {
    if (column.missing?.[row] === 1) {
      cellHigh = 0x51ed27;
      cellLow = 0x2545f4;
      return;
    }
    cellHigh = 7;
    cellLow = 11;
    for (let k = 0; k < width; k++) {
      value[0] = column.values[row * width + k]! + 0;
      cellHigh = mix(cellHigh ^ mix(halves[0]! ^ 0x27d4eb2f) ^ Math.imul(halves[1]!, 0x9e3779b1));
      cellLow = mix(cellLow ^ mix(halves[1]! ^ 0x165667b1) ^ Math.imul(halves[0]!, 0x85ebca77));
    }
  };
}

/** The finaliser of MurmurHash3 (A. Appleby, 2011): every input bit moves every output bit. */
export function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A number in [0, 1) from 53 bits of a hash. */
export const unitOf = (high: number, low: number) => ((high >>> 5) * 67108864 + (low >>> 6)) / 9007199254740992;
