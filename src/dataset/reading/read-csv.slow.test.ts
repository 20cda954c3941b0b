import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inspectSource } from "../snapshots/inspect-source.ts";
import { resolveSource, type SourceRef } from "../sources/source-schema.ts";
import { readSource } from "./read-source.ts";
import { errorOf, hasSharedData, project, sharedData, skipReason } from "./shared-data.fixture.ts";

/** A source as rows of texts by column, empty for missing. */
async function texts(source: SourceRef, folder: string): Promise<Record<string, string>[]> {
  const { table } = await readSource(resolveSource(source), { project: folder, cache: join(folder, ".cache") });
  return Array.from({ length: table.rows }, (_, row) =>
    Object.fromEntries(table.columns.map((column) => [column.name, column.text(row) ?? ""])),
  );
}

const csv = (content: string | Uint8Array, more: object = {}) => {
  const place = project({ "a.csv": content });
  return { place, source: { kind: "file", path: "a.csv", ...more } as SourceRef };
};
const read = (content: string | Uint8Array, more: object = {}) => {
  const { place, source } = csv(content, more);
  return texts(source, place.project);
};
const failing = (content: string | Uint8Array, more: object = {}) => {
  const { place, source } = csv(content, more);
  return errorOf(() => inspectSource(source, place));
};

describe.skipIf(!hasSharedData)(`csv-spectrum${skipReason}`, () => {
  const folder = join(sharedData, "csv_spectrum");
  for (const file of hasSharedData ? readdirSync(join(folder, "csvs")) : [])
    it(`reads ${file} as its JSON says`, async () => {
      const wanted = JSON.parse(readFileSync(join(folder, "json", file.replace(/csv$/, "json")), "utf8"));
      expect(await texts({ kind: "file", path: join(folder, "csvs", file) }, project().project)).toEqual(wanted);
    });
});

describe("reading CSV", () => {
  it("takes a delimiter, line ends and a byte order mark as they come", async () => {
    const wanted = [
      { a: "1", b: "x" },
      { a: "2", b: "y;z" },
    ];
    expect(await read('\ufeffa;b\r\n1;x\r\n2;"y;z"\r\n')).toEqual(wanted);
    expect(await read("a\tb\r1\tx\r2\ty;z")).toEqual(wanted);
    expect(await read("a|b\n1|x\n2|y;z\n\n\n")).toEqual(wanted);
  });

  it("keeps quoted line breaks, doubled quotes and blanks", async () => {
    expect(await read('a,b\n" x ","l1\r\nl2"\n"say ""hi""",plain "q" text\n')).toEqual([
      { a: " x ", b: "l1\r\nl2" },
      { a: 'say "hi"', b: 'plain "q" text' },
    ]);
  });

  it("tells a headerless file and names its columns", async () => {
    expect(await read("1,2.5,x\n3,4.5,y\n")).toEqual([
      { column1: "1", column2: "2.5", column3: "x" },
      { column1: "3", column2: "4.5", column3: "y" },
    ]);
    expect(Object.keys((await read("1,2\n3,4\n", { names: ["p", "q"] }))[0]!)).toEqual(["p", "q"]);
  });

  it("reads records that are longer than a window", async () => {
    const long = `${"x".repeat(700_000)}\n${"y".repeat(900_000)}`;
    const rows = await read(`a,b\n"${long}",1\nshort,2\n`);
    expect([rows[0]!.a === long, rows[1]!.a, rows[1]!.b]).toEqual([true, "short", "2"]);
  });

  it("gives each of very many fields its row and column", async () => {
    const header = Array.from({ length: 1500 }, (_, column) => `c${column}`);
    const value = (row: number, column: number) => (column % 7 === 0 ? `"${row}` : `r${row}-${column}`);
    const field = (text: string) => (text.startsWith('"') ? `"${text.replaceAll('"', '""')}"` : text);
    const lines = Array.from({ length: 200 }, (_, row) => header.map((_, column) => field(value(row, column))));
    const rows = await read([header, ...lines].map((line) => line.join(",")).join("\n"));
    const wrong = rows.flatMap((found, row) => header.filter((key, column) => found[key] !== value(row, column)));
    expect([rows.length, wrong]).toEqual([200, []]);
  });

  it("reads UTF-16 by its byte order mark, and Latin-1 and Windows-1252 when told", async () => {
    const little = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("name,n\nZoë 😀,1\n", "utf16le")]);
    const big = Buffer.from(little).swap16();
    expect(await read(little)).toEqual([{ name: "Zoë 😀", n: "1" }]);
    expect(await read(big)).toEqual([{ name: "Zoë 😀", n: "1" }]);
    expect(await read(Buffer.from("name,n\nZo\xeb,1\n", "latin1"), { encoding: "latin-1" })).toEqual([
      { name: "Zoë", n: "1" },
    ]);
    expect(await read(Buffer.from("name,n\n\x80 5,1\n", "latin1"), { encoding: "windows-1252" })).toEqual([
      { name: "€ 5", n: "1" },
    ]);
  });

  it("reads a column called __proto__", async () => {
    const { place, source } = csv("__proto__,constructor\n1,2\n3,4\n");
    const found = await inspectSource(source, place);
    expect(found.columns.map((column) => [column.name, column.type])).toEqual([
      ["__proto__", "integer"],
      ["constructor", "integer"],
    ]);
  });

  it("joins the files of a glob in order of name, whatever the order of their columns", async () => {
    const place = project({ "d2.csv": "b,a\n9,3\n", "d1.csv": "a,b\n1,2\n5,6\n", "other.txt": "z" });
    expect(await texts({ kind: "file", path: "d*.csv" }, place.project)).toEqual([
      { a: "1", b: "2" },
      { a: "5", b: "6" },
      { a: "3", b: "9" },
    ]);
  });

  it("reads whatever a CSV writer writes", async () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "1", ",", ";", '"', "\n", "\r", " ", "é", "😀", "\t") });
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 }),
        fc.constantFrom("\n", "\r\n"),
        async (rows, end) => {
          const content = [["p", "q", "r"], ...rows].map((row) => row.map(quoted).join(",")).join(end);
          const found = await read(content, { delimiter: ",", header: true });
          expect(found.map((row) => [row.p, row.q, row.r])).toEqual(rows);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("bad CSV", () => {
  it("no file: says what is near", async () => {
    const place = project({ "strikes.csv": "a\n1\n" });
    const error = await errorOf(() => inspectSource({ kind: "file", path: "strike.csv" }, place));
    expect(error.code).toBe("DATASET_SOURCE_MISSING");
    expect(error.message).toContain("did you mean strikes.csv?");
    expect(error.spec.exit).toBe(5);
  });

  it("a glob without a match: says what the folder holds", async () => {
    const place = project({ "a.parquet": "x" });
    const error = await errorOf(() => inspectSource({ kind: "file", path: "part-*.csv" }, place));
    expect(error.code).toBe("DATASET_GLOB_EMPTY");
    expect(error.message).toContain("the project's folder holds a.parquet");
    const none = await errorOf(() => inspectSource({ kind: "file", path: "big/year=*/month=*/part-*.csv" }, place));
    expect(none.message).toBe("No file matches big/year=*/month=*/part-*.csv: the folder big does not exist.");
  });

  it("an empty file, and one of blank lines", async () => {
    expect((await failing("")).code).toBe("DATASET_FILE_EMPTY");
    expect((await failing("\n\n\r\n")).code).toBe("DATASET_FILE_EMPTY");
    expect((await failing("\ufeff")).message).toBe("a.csv is empty: it holds no line with text.");
  });

  it("a header without rows", async () => {
    const error = await failing("a,b,c\n");
    expect(error.code).toBe("DATASET_ROWS_NONE");
    expect(error.message).toBe("a.csv holds a header with 3 columns but no row below line 1.");
  });

  it("a ragged row: file, line, expected and found", async () => {
    const error = await failing('a,b,c\n1,"x\ny",3\n4,5\n7,8,9\n');
    expect(error.code).toBe("DATASET_ROW_RAGGED");
    expect(error.message).toBe("a.csv: line 4 has 2 fields, but the first row has 3.");
    expect(error.facts).toEqual({ file: "a.csv", line: 4, expected: 3, found: 2 });
    expect(error.next).toContain("Correct line 4");
  });

  it("an unclosed quote: the line where it opens", async () => {
    const error = await failing('a,b\n1,2\n3,"open\n4,5\n6,7\n');
    expect(error.code).toBe("DATASET_QUOTE_UNCLOSED");
    expect(error.message).toContain("opens on line 3");
    expect(error.next).toContain('quote: ""');
  });

  it("text behind a closing quote", async () => {
    const error = await failing('a,b\n1,"x" y\n');
    expect(error.code).toBe("DATASET_QUOTE_BROKEN");
    expect(error.message).toBe('a.csv: on line 2, text follows the closing " of field 2.');
    expect(await read('a,b\n1,"say \\"x\\" y"\n', { escape: "backslash" })).toEqual([{ a: "1", b: 'say "x" y' }]);
  });

  it("a wrong delimiter", async () => {
    const error = await failing("a,b,c\n1,2,3\n4,5,6\n", { delimiter: ";" });
    expect(error.code).toBe("DATASET_DELIMITER_WRONG");
    expect(error.message).toContain('with "," every line has 3');
    expect(error.next).toBe('Set `delimiter: ","` on the source (--delimiter on the command line), or leave it out.');
  });

  it("broken encoding: offset, line and the option", async () => {
    const error = await failing(Buffer.from("name,n\nAnna,1\nZo\xeb,2\n", "latin1"));
    expect(error.code).toBe("DATASET_ENCODING_BROKEN");
    expect(error.message).toBe("a.csv: byte 0xEB at offset 16 (line 3) is not UTF-8 text.");
    expect(error.next).toContain('encoding: "windows-1252"');
    const far = Buffer.concat([
      Buffer.from(`a,b\n${"é,1\n".repeat(400_000)}`),
      Buffer.from([0xff]),
      Buffer.from(",2\n"),
    ]);
    expect((await failing(far)).facts).toMatchObject({ line: 400_002, offset: 4 + 400_000 * 5 });
    const half = Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from("a,b\n", "utf16le"),
      Buffer.from([0x00, 0xd8, 0x2c, 0x00]),
    ]);
    expect((await failing(half)).facts).toMatchObject({ offset: 10, encoding: "utf-16le" });
  });

  it("a NUL byte", async () => {
    const error = await failing(Buffer.from("a,b\n1,\0\n"));
    expect(error.code).toBe("DATASET_BYTES_NUL");
    expect(error.message).toContain("offset 6 (line 2)");
    expect((await failing(Buffer.from("a,b\n1,2\n", "utf16le"))).next).toContain('encoding: "utf-16le"');
  });

  it("duplicate names, also those that differ in case alone", async () => {
    const error = await failing("id,x,id\n1,2,3\n");
    expect(error.code).toBe("DATASET_HEADER_DUPLICATE");
    expect(error.message).toBe('a.csv: columns 1 and 3 of line 1 are both called "id".');
    expect((await failing("Id,x,id\n1,2,3\n")).message).toContain("SQL cannot tell apart");
    expect(Object.keys((await read("id,x,id\n1,2,3\n", { header: true, names: ["a", "b", "c"] }))[0]!)).toEqual([
      "a",
      "b",
      "c",
    ]);
  });

  it("files with other columns", async () => {
    const place = project({ "d1.csv": "a,b\n1,2\n", "d2.csv": "a,c\n1,2\n" });
    const error = await errorOf(() => inspectSource({ kind: "file", path: "d*.csv" }, place));
    expect(error.code).toBe("DATASET_COLUMNS_DIFFER");
    expect(error.message).toContain("d2.csv does not have the columns of the files before it: it lacks b and adds c");
  });

  it("an option that is not there, and a type that names no column", async () => {
    const wrong = await failing("a\n1\n", { delimeter: ";" });
    expect(wrong.code).toBe("DATASET_SOURCE_INVALID");
    expect(wrong.message).toContain("delimeter");
    const unknown = await failing("speed,b\n1,2\n", { types: { sped: "number" } });
    expect(unknown.code).toBe("DATASET_COLUMN_UNKNOWN");
    expect(unknown.message).toContain("did you mean speed?");
  });

  it("a file beyond its limit, and one that does not unpack", async () => {
    expect((await failing("a,b\n1,2\n", { maxBytes: 4 })).code).toBe("DATASET_SIZE_TOO_LARGE");
    const place = project({ "a.csv.gz": "not gzip at all" });
    expect((await errorOf(() => inspectSource({ kind: "file", path: "a.csv.gz" }, place))).code).toBe(
      "DATASET_COMPRESSION_BROKEN",
    );
  });
});
