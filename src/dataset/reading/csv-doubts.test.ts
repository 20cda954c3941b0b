import { describe, expect, it } from "vitest";
import { inspectSource } from "../snapshots/inspect-source.ts";
import type { SourceRef } from "../sources/source-schema.ts";
import { errorOf, project } from "./shared-data.fixture.ts";

const csv = (content: string, more: object = {}) => ({
  place: project({ "a.csv": content }),
  source: { kind: "file", path: "a.csv", ...more } as SourceRef,
});

describe("numbers as a source writes them", () => {
  const numbers = async (content: string, more: object) => {
    const { place, source } = csv(content, more);
    const { columns } = await inspectSource(source, place);
    return columns.map(({ type, missing }) => `${type} ${missing}`);
  };
  it("take its decimal and thousands marks", async () => {
    const german = "p;q\n1.234,5;1\n-2.000,0;22\n12,25;1.000\n";
    expect(await numbers(german, {})).toEqual(["string 0", "number 0"]);
    expect(await numbers(german, { decimal: ",", thousands: "." })).toEqual(["number 0", "integer 0"]);
    expect(await numbers("p\n12.34,5\n1.234,5\n", { decimal: ",", thousands: ".", delimiter: ";" })).toEqual([
      "string 0",
    ]);
    expect(await numbers("p\n1 234\n12\u00a0345\n", { thousands: " " })).toEqual(["integer 0"]);
    const same = csv(german, { decimal: ",", thousands: "," });
    expect((await errorOf(() => inspectSource(same.source, same.place))).code).toBe("DATASET_SOURCE_INVALID");
  });
  it("declared as numbers may be spelt NaN (missing) and infinite", async () => {
    const types = { x: "number" };
    expect(await numbers("x\n1\nNaN\n-inf\nInfinity\n", { types })).toEqual(["number 1"]);
    const wrong = csv("x\n1\nNaN\noops\n", { types });
    expect((await errorOf(() => inspectSource(wrong.source, wrong.place))).message).toContain("row 3");
  });
});

describe("names of things that are nearly all digits", () => {
  it("are not taken for numbers of another country", async () => {
    const { place, source } = csv(
      `invoice\n${Array.from({ length: 40 }, (_, k) => 536_365 + k).join("\n")}\nC536379\n`,
    );
    const { columns, problems } = await inspectSource(source, place);
    expect([columns[0]!.type, problems.filter(({ kind }) => kind === "numbers-in-another-style")]).toEqual([
      "string",
      [],
    ]);
  });
});

describe("a delimiter in dispute", () => {
  it("is refused, and read as stated", async () => {
    const { place, source } = csv("a;b,c\n1;2,3\n4;5,6\n");
    const error = await errorOf(() => inspectSource(source, place));
    expect([error.code, error.facts.delimiters]).toEqual(["DATASET_DELIMITER_DISPUTED", [",", ";"]]);
    const stated = csv("a;b,c\n1;2,3\n4;5,6\n", { delimiter: ";" });
    expect((await inspectSource(stated.source, stated.place)).columns.map(({ name }) => name)).toEqual(["a", "b,c"]);
  });
});

describe("what is worth a look", () => {
  const problems = async (content: string, more: object = {}) => {
    const { place, source } = csv(content, more);
    return (await inspectSource(source, place)).problems.map((problem) => problem.kind);
  };
  it("is reported without stopping", async () => {
    expect(await problems("a,b\n1,2\n\n3,4\r\n")).toEqual(["line-endings-mixed", "lines-blank"]);
    expect(await problems(",b\n1,2\n3,4\n", { header: true })).toEqual(["header-empty"]);
    expect(await problems(`a\n${Array.from({ length: 20 }, (_, k) => `${k}`).join("\n")}\nNA\n`)).toEqual([
      "numbers-with-text",
    ]);
    expect(await problems("d\n01/02/2020\n03/04/2020\n")).toEqual(["dates-ambiguous"]);
    expect(await problems("d\n2020-01-02\n03/24/2020\n2020-05-06\n2020-07-08\n")).toEqual(["dates-mixed"]);
    expect(await problems("1,2\n3,4\n5,6\n")).toEqual(["header-none"]);
    expect(await problems("1,2\n3,4\n5,6\n", { names: ["a", "b"] })).toEqual([]);
    expect(await problems("id\n9007199254740993\n9223372036854775808\n")).toEqual(["integers-too-large"]);
    expect(await problems("w\n1 kg\n2 kg\n12 lb\n")).toEqual(["numbers-with-units"]);
    expect(await problems("seat\n1A\n2B\n12C\n")).toEqual([]);
    expect(await problems("p;d\n1.234,5;x\n2.000,0;y\n12,25;z\n")).toEqual(["numbers-in-another-style"]);
  });

  it("is told of every value, not of the first ones alone", async () => {
    const late = Array.from({ length: 6_000 }, (_, k) => (k === 5_900 ? "9007199254740993" : `${k + (k % 2) / 2}`));
    expect(
      await problems(`id,x\n${late.map((one, k) => `${one.replace(".5", "")},${one || k}`).join("\n")}\nNA,NA\n`),
    ).toEqual(["integers-too-large", "integers-too-large"]);
    const { place, source } = csv("d\n2020-01-02\n03/24/2020\n2020-05-06\n2020-07-08\n");
    const [problem] = (await inspectSource(source, place)).problems;
    expect(problem?.message).toContain(
      '%Y-%m-%d (3, first "2020-01-02" in row 1), %m/%d/%Y (1, first "03/24/2020" in row 2)',
    );
  });

  it("names every spelling of missing and infinite among numbers", async () => {
    const spellings = ["NaN", "nan", "-nan", "NA", "N/A", "#N/A", "null", "None", "?", "1.#IND", "inf", "-Infinity"];
    const { place, source } = csv(`x\n1\n2\n3.5\n${spellings.join("\n")}\n`);
    const [problem] = (await inspectSource(source, place)).problems;
    expect(problem?.kind).toBe("numbers-with-text");
    for (const spelling of spellings) expect(problem?.message).toContain(JSON.stringify(spelling));
    expect(problem?.next).toContain('types: { "x": "number" }');
  });
});
