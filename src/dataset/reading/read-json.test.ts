import { describe, expect, it } from "vitest";
import { resolveSource } from "../sources/source-schema.ts";
import { readSource } from "./read-source.ts";
import { errorOf, project } from "./shared-data.fixture.ts";

const read = (content: string, more: object = {}) => readAs("a.jsonl", content, more);
const readAs = async (path: string, content: string, more: object = {}) => {
  const place = project({ [path]: content });
  return (await readSource(resolveSource({ kind: "file", path, ...more }), place)).table;
};
const columns = async (content: string, more: object = {}) =>
  Object.fromEntries(
    (await read(content, more)).columns.map((column) => [
      column.name,
      [column.column.type, ...Array.from({ length: 2 }, (_, row) => column.text(row))],
    ]),
  );

describe("reading JSON Lines", () => {
  it("keeps JSON's own types; text is never made a number", async () => {
    expect(await columns('{"a":1,"b":"08","c":true,"d":1.5}\n\n{"a":2,"b":"7","c":null,"d":3}\n')).toEqual({
      a: ["integer", "1", "2"],
      b: ["string", "08", "7"],
      c: ["bool", "true", null],
      d: ["number", "1.5", "3"],
    });
  });

  it("keeps large whole numbers exactly, also inside nested values", async () => {
    expect(await columns('{"id":12345678901234567890,"x":{"k":[1,12345678901234567891]}}\n{"id":1,"x":null}')).toEqual({
      id: ["string", "12345678901234567890", "1"],
      x: ["string", '{"k":[1,12345678901234567891]}', null],
    });
  });

  it("reads dates by one pattern, and absent keys as missing", async () => {
    const table = await read('{"t":"2020-01-02T03:04:05Z"}\n{"u":"x"}\n');
    expect(table.columns.map((column) => [column.name, column.column.type, column.pattern])).toEqual([
      ["t", "timestamp", "%Y-%m-%dT%H:%M:%S"],
      ["u", "string", undefined],
    ]);
  });

  it("reports a column of mixed kinds and keeps it as text", async () => {
    const table = await read('{"a":1}\n{"a":"x"}\n');
    expect(table.columns[0]!.column.type).toBe("string");
    expect(table.problems[0]!.message).toContain("1 texts, 1 numbers");
  });

  it("names the line, and where it can the column, of what is not JSON", async () => {
    const error = await errorOf(() => read('{"a":1}\n{"a":,}\n'));
    expect([error.code, error.facts.line]).toEqual(["DATASET_JSON_BROKEN", 2]);
    const placed = await errorOf(() => read('{"a":1}\n{a:1}\n'));
    expect(placed.message).toMatch(/^a\.jsonl: line 2, column 2, is not a JSON object: /);
    expect(error.next).toContain("--format json");
    expect((await errorOf(() => read("[1,2]\n"))).message).toContain("line 1 is not a JSON object");
    expect((await errorOf(() => read("\n"))).code).toBe("DATASET_FILE_EMPTY");
  });
});

describe("reading a JSON array", () => {
  const array = (content: string) => readAs("a.json", content);

  it("reads objects as JSON Lines does, whatever their layout", async () => {
    const rows = [
      { id: 1, t: 'a "quoted" ] , } text', x: [1, { k: "]" }], "": "é\\" },
      { id: 2, u: null },
      { t: "z", id: 3.5 },
    ];
    const plain = (table: Awaited<ReturnType<typeof read>>) =>
      table.columns.map(({ name, column, text }) => [name, column.type, [0, 1, 2].map(text)]);
    const lines = plain(await read(rows.map((row) => JSON.stringify(row)).join("\n")));
    expect(plain(await array(JSON.stringify(rows)))).toEqual(lines);
    const spread = await array(`\ufeff \r\n${JSON.stringify(rows, null, 2)}\n `);
    expect(plain(spread)).toEqual(lines);
    expect([spread.format, spread.rows]).toEqual(["json", 3]);
    expect((await readAs("a.txt", JSON.stringify(rows), { format: "json" })).rows).toBe(3);
  });

  it.each([
    ['[{"a":1},\n{"a":}]', "DATASET_JSON_BROKEN", /element 2 of the array, on line 2, is not a JSON object/],
    ['[{"a":1},\n\n{\n"a":1,\nb}]', "DATASET_JSON_BROKEN", /element 2 of the array, on line 5/],
    ['[{"a":1}, 7]', "DATASET_JSON_BROKEN", /element 2 .* it is not an object with named values/],
    ['[{"a":1},]', "DATASET_JSON_BROKEN", /element 2 .* nothing stands between its commas/],
    ['[{"a":1},,{"a":2}]', "DATASET_JSON_BROKEN", /element 2 .* nothing stands/],
    ['[{"a":1}', "DATASET_JSON_BROKEN", /element 1 .* the file ends before the array does/],
    ['[{"a":"x}]', "DATASET_JSON_BROKEN", /the file ends before the array does/],
    ['[{"a":1}]\n[]', "DATASET_JSON_BROKEN", /line 2 is not a JSON object: something follows the bracket/],
    ['{"a":1}', "DATASET_JSON_BROKEN", /line 1 begins an object/],
    ["[]", "DATASET_ROWS_NONE", /without an element/],
    [" \n", "DATASET_FILE_EMPTY", /is empty/],
    ['[{"a":1,"A":2}]', "DATASET_HEADER_DUPLICATE", /"a" and "A"/],
  ])("refuses %j with its place", async (content, code, message) => {
    const error = await errorOf(() => array(content));
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
  });
});
