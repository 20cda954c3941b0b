import { describe, expect, it } from "vitest";
import { load } from "../../interpreter/load.ts";
import type { ProgramInput } from "../../model.ts";
import { randomCases } from "../../testing/parity.ts";
import { expectAgreement, holdable, noAgreement, statementFor } from "./fixtures/agreement.ts";
import { isoOf } from "./fixtures/databases.ts";
import { openDatabases, skipped } from "./fixtures/open.ts";
import { ProgramMaker } from "./fixtures/programs.ts";

const inputTypes: readonly ProgramInput["type"][] = ["number", "integer", "bool", "timestamp", "string"];

describe.each(await openDatabases())("%s", (title, opened) => {
  const test = it.skipIf(opened === undefined);
  const database = opened!;

  test(`columns of text are read as the interpreter reads text${skipped(title, opened)}`, async () => {
    const text = database.dialect === "duckdb" ? "VARCHAR" : "text";
    const types = { number: text, integer: text, bool: text, timestamp: text, string: text };
    for (const scored of randomCases(21, 25, 40)) {
      const rows = scored.rows.map((row) => {
        const held = holdable(database, row);
        return Object.fromEntries(
          scored.program.inputs.map(({ name, type }) => {
            const value = held[name] ?? null;
            return [name, type === "timestamp" && typeof value === "number" ? isoOf(value) : value];
          }),
        );
      });
      await database.fill(scored.program.inputs, rows, types);
      await expectAgreement(database, scored, rows, noAgreement());
    }
  });

  test("numbers, bools and times may be columns of other types", async () => {
    const variants = {
      duckdb: [
        { number: "DECIMAL(18, 4)", integer: "SMALLINT", bool: "TINYINT", timestamp: "TIMESTAMPTZ", string: "INTEGER" },
        { number: "FLOAT", integer: "DOUBLE", bool: "DOUBLE", timestamp: "TIMESTAMP_NS", string: "DOUBLE" },
        { number: "HUGEINT", integer: "DECIMAL(9, 2)", bool: "VARCHAR", timestamp: "DATE", string: "BIGINT" },
      ],
      postgres: [
        { number: "numeric", integer: "smallint", bool: "integer", timestamp: "timestamptz", string: "integer" },
        { number: "real", integer: "float8", bool: "numeric(3, 1)", timestamp: "timestamp(3)", string: "float8" },
        { number: "bigint", integer: "numeric(9, 2)", bool: "varchar(9)", timestamp: "date", string: "char(9)" },
      ],
      sqlite: [
        { number: "NUMERIC", integer: "TEXT", bool: "REAL", timestamp: "TEXT", string: "REAL" },
        { number: "", integer: "REAL", bool: "", timestamp: "", string: "TEXT COLLATE NOCASE" },
      ],
    } as const;
    const maker = new ProgramMaker(inputTypes.map((type) => [type, type] as const));
    const levels = ["7", "12"];
    const ordinal = maker.add("ordinal", [4], { levels, unseen: 5, missing: 6 });
    const numbers = [0, 1, maker.add("toNumber", [2]), maker.add("timeSince", [3], { at: 0, unit: "day" }), ordinal];
    const filled = numbers.map((part) => maker.add("impute", [part], { value: -1 }));
    const scored = maker.made({
      task: "regression",
      score: maker.add("combine", filled, { weights: [1, 10, 100, 1000, 10_000] }),
    });
    const days = ["2024-02-29T00:00:00Z", "1969-12-31T00:00:00Z", null];
    const rows = days.flatMap((timestamp, k) =>
      [7, 12, 3, null].map((string) => ({
        number: k === 2 ? null : k * 3,
        integer: k === 1 ? null : -k,
        bool: k === 0 ? null : k - 1,
        timestamp,
        string: string === null ? null : String(string),
      })),
    );
    if (database.dialect === "postgres") await database.run("SET TIME ZONE 'Asia/Tokyo'");
    for (const types of variants[database.dialect]) {
      await database.fill(scored.program.inputs, rows, types);
      const total = noAgreement();
      await expectAgreement(database, scored, rows, total);
      expect(total).toMatchObject({ rows: 12, worst: 0 });
    }
  });

  const patterns = [
    [
      undefined,
      "2024-02-29T23:59:59.1234567+05:30",
      "2024-02-29 23:59",
      "1900-01-01",
      "2024-01-01T00:00:00 Z",
      "2024-01-01t00:00:00,5z",
    ],
    ["%d/%m/%Y %H:%M", "1/2/2024 3:4", "31/12/1999 23:59", "2024-03-04"],
    ["%b %e %Y %I:%M %p", "mar  4 2020 12:05 am", "DEC 31 2020 1:59 Pm"],
    ["%Y%m%d", "20240229", "19700101"],
    ["%A, %B %-d, %y", "Monday, january 5, 70", "friday, May 31, 68"],
    ["%j/%Y %T.%f %z", "366/2024 01:02:03.9 -0330", "1/2023 23:59:59.123456789 Z"],
    ["%D %R:%S.%g", "02/29/24 10:11:12.5", "02/28/23 10:11:12.005"],
  ] as const;
  const unreadable = [
    "yesterday",
    "2023-02-29",
    "2024-13-01",
    "2024-01-01T24:00",
    "2024-1-1",
    "31/02/2024 10:00",
    "now",
  ];

  test.each(patterns)("times of the pattern %s", async (pattern, ...texts) => {
    const maker = new ProgramMaker([pattern === undefined ? ["t", "timestamp"] : ["t", "timestamp", pattern]]);
    const scored = maker.made({ task: "regression", score: maker.add("toNumber", [0]) });
    const text = database.dialect === "duckdb" ? "VARCHAR" : "text";
    const rows = [...texts, ...texts.map((one) => ` ${one}\u3000`), "", "  ", null].map((t) => ({ t }));
    await database.fill(scored.program.inputs, rows, { timestamp: text });
    const total = noAgreement();
    await expectAgreement(database, scored, rows, total);
    expect(total).toMatchObject({ differing: 0, worst: 0 });
    const scorer = load(scored);
    for (const t of unreadable) {
      if (scorer.check({ t }).length === 0) continue;
      await database.fill(scored.program.inputs, [{ t }], { timestamp: text });
      await expect(database.select(statementFor(database, scored)), t).rejects.toThrow();
    }
  });

  test("values that cannot be read, or may not be missing, end the statement", async () => {
    const text = database.dialect === "duckdb" ? "VARCHAR" : "text";
    const types = { number: text, integer: text, bool: text, timestamp: text, string: text };
    const cases: readonly [ProgramInput["type"], readonly string[], readonly string[]][] = [
      [
        "number",
        ["1e5", " +.5", "5.", "-INF", "infinity", "nan", "", "9007199254740993", "1e400"],
        ["1,5", "0x10", "abc", "1e", "true", "."],
      ],
      ["integer", ["3.0", "-9007199254740991", "1e3", "nan"], ["3.5", "9007199254740992", "inf", "x"]],
      ["bool", ["TRUE", "f", " yes", "N", "1", "0", ""], ["2", "maybe", "1.5"]],
      ["string", ["a"], []],
    ];
    for (const [type, fine, bad] of cases) {
      const maker = new ProgramMaker([["x", type]]);
      const score =
        type === "string"
          ? maker.add("isMissing", [0])
          : maker.add(type === "number" ? "impute" : "toNumber", [0], type === "number" ? { value: 7 } : {});
      const scored = maker.made({
        task: "regression",
        score: type === "number" ? score : maker.add("impute", [score], { value: 7 }),
      });
      const rows = fine.filter((x) => x !== "1e400" || database.dialect !== "postgres").map((x) => ({ x }));
      await database.fill(scored.program.inputs, rows, types);
      await expectAgreement(database, scored, rows, noAgreement());
      for (const x of bad) {
        await database.fill(scored.program.inputs, [{ x: "1" }, { x }], types);
        await expect(database.select(statementFor(database, scored)), x).rejects.toThrow();
      }
      const required = { ...scored.program, inputs: [{ ...scored.program.inputs[0]!, missingAllowed: false }] };
      const strict = { program: required, tensors: scored.tensors };
      await database.fill(required.inputs, [{ x: "1" }], types);
      await expectAgreement(database, strict, [{ x: "1" }], noAgreement());
      await database.fill(required.inputs, [{ x: "1" }, { x: null }], types);
      await expect(database.select(statementFor(database, strict)), type).rejects.toThrow();
    }
  });
});
