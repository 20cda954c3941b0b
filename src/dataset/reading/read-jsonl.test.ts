import { describe, expect, it } from "vitest";
import { resolveSource } from "../sources/source-schema.ts";
import { readSource } from "./read-source.ts";
import { errorOf, project } from "./shared-data.fixture.ts";

const read = async (content: string, more: object = {}) => {
  const place = project({ "a.jsonl": content });
  return (await readSource(resolveSource({ kind: "file", path: "a.jsonl", ...more }), place)).table;
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
    expect(error.next).toContain("jq -c '.[]'");
    expect((await errorOf(() => read("[1,2]\n"))).message).toContain("line 1 is not a JSON object");
    expect((await errorOf(() => read("\n"))).code).toBe("DATASET_FILE_EMPTY");
  });
});
