import type { Column, Frame } from "@millrace/program";
import { type RandomStream, randomStream } from "#kernel";

/** Honest rows: five columns that tell something, noise, a time and an id; target 0/1 (binary) or a number. */
export interface HonestRows {
  readonly frame: Frame;
  readonly label: Uint8Array;
  readonly value: Float64Array;
  readonly random: RandomStream;
}

export function honestRows(seed: number, rows = 3000): HonestRows {
  const random = randomStream(seed, "planted leaks");
  const normal = () => {
    let sum = -6;
    for (let k = 0; k < 12; k++) sum += random.uniform();
    return sum;
  };
  const numbers = (make: () => number) => Float64Array.from({ length: rows }, make);
  const age = numbers(() => 20 + 50 * random.uniform());
  const income = numbers(() => 1000 + 4000 * random.uniform());
  const cost = numbers(() => 10 + 90 * random.uniform());
  const region = Int32Array.from({ length: rows }, () => random.integer(6));
  const opened = numbers(() => 1.6e15 + random.integer(1000) * 86_400e6);
  const margin = Float64Array.from(
    age,
    (value, i) => 0.06 * (value - 45) + (region[i] === 2 ? 2.2 : 0) - 0.02 * cost[i]! - 0.6,
  );
  const label = Uint8Array.from(margin, (m) => (m + 2 * normal() > 0.4 ? 1 : 0));
  const value = Float64Array.from(margin, (m) => 100 + 10 * m + 12 * normal());
  const rare = numbers(() => (random.integer(12) === 0 ? 100 + random.integer(900) : 0));
  const columns = new Map<string, Column>([
    ["age", { type: "number", values: age }],
    ["income", { type: "number", values: income }],
    ["unit_cost", { type: "number", values: cost }],
    ["region", { type: "string", codes: region, levels: ["north", "south", "east", "west", "centre", "abroad"] }],
    ["bonus", { type: "number", values: rare }],
    ["opened", { type: "timestamp", values: opened }],
  ]);
  return { frame: { rows, columns }, label, value, random };
}

export interface PlantedLeak {
  readonly task: "binary" | "regression";
  readonly how: string;
  /** Columns of which at least one gives the target away; all named must be blocked. */
  readonly columns: (honest: HonestRows) => Record<string, Column>;
  readonly mustBlock: readonly string[];
}

const number = (values: Float64Array, missing?: Uint8Array): Column => ({
  type: "number",
  values,
  ...(missing === undefined ? {} : { missing }),
});

const text = (texts: readonly string[]): Column => {
  const levels = [...new Set(texts)];
  const position = new Map(levels.map((level, k) => [level, k]));
  return { type: "string", levels, codes: Int32Array.from(texts, (level) => position.get(level)!) };
};

/** Ways in which a column tells the answer. */
export const plantedLeaks: readonly PlantedLeak[] = [
  {
    task: "binary",
    how: "a copy under other words",
    mustBlock: ["flag"],
    columns: ({ label }) => ({ flag: text(Array.from(label, (y) => (y === 1 ? "gone" : "stays"))) }),
  },
  {
    task: "binary",
    how: "a noisy number that turns the order round",
    mustBlock: ["balance"],
    columns: ({ label, random }) => ({
      balance: number(Float64Array.from(label, (y) => 50 - 30 * y + 10 * random.uniform())),
    }),
  },
  {
    task: "binary",
    how: "a copy that is missing in half of the rows",
    mustBlock: ["survey"],
    columns: ({ label, random }) => {
      const missing = Uint8Array.from(label, () => random.integer(2));
      return {
        survey: number(
          Float64Array.from(label, (y, i) => (missing[i] === 1 ? 0 : y * 5 + random.integer(3))),
          missing,
        ),
      };
    },
  },
  {
    task: "binary",
    how: "a value that is there only afterwards",
    mustBlock: ["letter"],
    columns: ({ label, random }) => {
      const missing = Uint8Array.from(label, (y) => (y === 1 && random.integer(3) > 0 ? 0 : 1));
      return {
        letter: number(
          Float64Array.from(label, (_, i) => (missing[i] === 1 ? 0 : random.integer(40))),
          missing,
        ),
      };
    },
  },
  {
    task: "binary",
    how: "an amount that is rarely above 0, mostly afterwards, under a telling name",
    mustBlock: ["refund_amount"],
    columns: ({ label, random }) => ({
      refund_amount: number(
        Float64Array.from(label, (y) => (random.uniform() < (y === 1 ? 0.1 : 0.015) ? 5 + random.integer(100) : 0)),
      ),
    }),
  },
  {
    task: "binary",
    how: "one level that only the positive class has",
    mustBlock: ["state"],
    columns: ({ label, random }) => ({
      state: text(
        Array.from(label, (y) =>
          y === 1 && random.integer(4) === 0 ? "written off" : random.integer(3) === 0 ? "new" : "open",
        ),
      ),
    }),
  },
  {
    task: "binary",
    how: "the ratio of two columns",
    mustBlock: ["part"],
    columns: ({ label, random }) => {
      const whole = Float64Array.from(label, () => 5 + 95 * random.uniform());
      return {
        whole: number(whole),
        part: number(
          Float64Array.from(
            whole,
            (w, i) => w * (label[i] === 1 ? 0.21 + 0.1 * random.uniform() : 0.2 * random.uniform()),
          ),
        ),
      };
    },
  },
  {
    task: "binary",
    how: "the difference of two columns",
    mustBlock: [],
    columns: ({ label, random }) => {
      const before = Float64Array.from(label, () => 1000 * random.uniform());
      return {
        before: number(before),
        later: number(
          Float64Array.from(before, (b, i) => b + (label[i] === 1 ? -5 - random.uniform() : random.uniform())),
        ),
      };
    },
  },
  {
    task: "binary",
    how: "the first letter of an id",
    mustBlock: ["reference"],
    columns: ({ label }) => ({ reference: text(Array.from(label, (y, i) => `${y === 1 ? "K" : "A"}-${100_000 + i}`)) }),
  },
  {
    task: "binary",
    how: "a time that lies after the row's own, under a telling name",
    mustBlock: ["closed_at"],
    columns: ({ frame, random }) => {
      const opened = frame.columns.get("opened") as { values: Float64Array };
      return {
        closed_at: { type: "timestamp", values: opened.values.map((at) => at + (1 + random.integer(30)) * 86_400e6) },
      };
    },
  },
  {
    task: "regression",
    how: "parts whose sum is the target",
    mustBlock: ["first", "second"],
    columns: ({ value, random }) => {
      const first = Float64Array.from(value, () => 60 * random.uniform());
      return { first: number(first), second: number(value.map((v, i) => v - first[i]!)) };
    },
  },
  {
    task: "regression",
    how: "factors whose product is the target",
    mustBlock: ["price", "pieces"],
    columns: ({ value, random }) => {
      const pieces = Float64Array.from(value, () => 1 + random.integer(9));
      return { pieces: number(pieces), price: number(value.map((v, i) => Math.max(v, 1) / pieces[i]!)) };
    },
  },
  {
    task: "regression",
    how: "the target in another unit, rounded",
    mustBlock: ["scaled"],
    columns: ({ value }) => ({ scaled: number(value.map((v) => Math.round(v * 0.4536 - 20))) }),
  },
  {
    task: "regression",
    how: "a total that holds the target",
    mustBlock: ["bill"],
    columns: ({ value, random }) => {
      const extra = Float64Array.from(value, () => 400 * random.uniform());
      return {
        extra: number(extra),
        bill: number(value.map((v, i) => Math.max(v, 1) + extra[i]! + [0, 0.5, 2.5][random.integer(3)]!)),
      };
    },
  },
];

/** The honest rows with a leak and the target `y`. */
export function withLeak(honest: HonestRows, leak: PlantedLeak): Frame {
  const y: Column =
    leak.task === "binary"
      ? { type: "bool", values: honest.label }
      : { type: "number", values: honest.value.map((value) => Math.max(value, 1)) };
  const columns = new Map([...honest.frame.columns, ...Object.entries(leak.columns(honest)), ["y", y] as const]);
  return { rows: honest.frame.rows, columns };
}
