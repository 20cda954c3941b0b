import { existsSync, readdirSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { millrace, temporaryFolder, writeWeather } from "./millrace.ts";

const folder = temporaryFolder();
const cwd = folder.path;
const files: Readonly<Record<string, string | Uint8Array>> = {
  "empty.csv": "",
  "header.csv": "age,city,churned\n",
  "ragged.csv": "age,city,churned\n31,Oslo,yes\n45,Bergen\n27,Oslo,no\n",
  "semicolons.csv": "age;city;churned\n31;Oslo;yes\n45;Bergen;no\n27;Oslo;no\n",
  "latin.csv": Uint8Array.of(...Buffer.from("age,city\n31,Troms"), 0xf8, 0x0a, ...Buffer.from("44,Oslo\n")),
  "twice.csv": "age,city,Age\n31,Oslo,4\n45,Bergen,5\n",
  "nul.csv": "age,city\n31,Os\u0000lo\n",
  "quote.csv": 'age,city\n31,"Oslo\n45,Bergen\n',
  "three.csv": "age,churned\n31,yes\n45,no\n27,no\n",
  "constant.csv": `age,churned\n${Array.from({ length: 60 }, (_, i) => `${20 + i},no\n`).join("")}`,
  "unlabelled.csv": `age,churned\n${Array.from({ length: 60 }, (_, i) => `${20 + i},\n`).join("")}`,
};

beforeAll(async () => {
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(cwd, name), content)));
  await writeWeather(cwd);
  await mkdir(join(cwd, "sub"));
});
afterAll(() => folder.remove());

/** What each mistake must give: the exit code, the error's code, and what the message says of where and what next. */
const cases: readonly (readonly [what: string, args: string, exit: number, code: string, says: RegExp])[] = [
  ["no file", "data inspect nothing.csv", 5, "DATASET_SOURCE_MISSING", /nothing\.csv/],
  ["a misspelt file", "data inspect wether.csv", 5, "DATASET_SOURCE_MISSING", /did you mean weather\.csv/],
  ["an empty file", "data stats empty.csv", 1, "DATASET_FILE_EMPTY", /empty\.csv/],
  ["a header only", "data stats header.csv", 1, "DATASET_ROWS_NONE", /header\.csv/],
  ["ragged rows", "data stats ragged.csv", 1, "DATASET_ROW_RAGGED", /line 3/],
  ["a wrong delimiter", "data stats semicolons.csv --delimiter ,", 1, "DATASET_DELIMITER_WRONG", /";"/],
  ["broken encoding", "data stats latin.csv --encoding utf-8", 1, "DATASET_ENCODING_BROKEN", /line 2/],
  ["two columns of one name", "data stats twice.csv", 1, "DATASET_HEADER_DUPLICATE", /age/i],
  ["a NUL byte", "data stats nul.csv", 1, "DATASET_BYTES_NUL", /line 2/],
  ["an open quote", "data stats quote.csv", 1, "DATASET_QUOTE_UNCLOSED", /line 2/],
  ["an unknown encoding", "data stats weather.csv --encoding klingon", 2, "DATASET_SOURCE_INVALID", /utf-16le/],
  ["a glob without a match", "data stats sub/*.csv", 5, "DATASET_GLOB_EMPTY", /sub is empty/],
  ["a folder", "data stats sub", 5, "DATASET_SOURCE_MISSING", /is a folder/],
  ["a misspelt target", "init weather.csv --target wether", 5, "FACTORY_COLUMN_UNKNOWN", /did you mean weather/],
  [
    "an answer that names no column",
    "init weather.csv --out posed --answer knownAfter=wnd",
    2,
    "CLI_OPTION_INVALID",
    /did you mean wind/,
  ],
  [
    "an answer that names no metric",
    "init weather.csv --out posed --answer success=luck=1",
    2,
    "CLI_OPTION_INVALID",
    /no metric "luck"/,
  ],
  ["a constant target", "automl constant.csv --target churned", 1, "FACTORY_TARGET_UNUSABLE", /churned/],
  [
    "a target that is missing in every row",
    "init unlabelled.csv --target churned",
    1,
    "FACTORY_TARGET_UNUSABLE",
    /60 rows/,
  ],
  [
    "a misspelt metric",
    "automl weather.csv --target weather --metric logLos",
    2,
    "CLI_OPTION_INVALID",
    /did you mean logLoss/,
  ],
  ["a budget that is none", "automl weather.csv --target weather --budget soon", 2, "CLI_OPTION_INVALID", /trials/],
  [
    "a misspelt column",
    "data drift weather.csv weather.csv --columns wnd",
    5,
    "VALIDATE_COLUMN_UNKNOWN",
    /did you mean wind/,
  ],
  [
    "a misspelt drift test",
    "data drift weather.csv weather.csv --test kss",
    2,
    "CLI_OPTION_INVALID",
    /did you mean ks/,
  ],
  [
    "shares that are not 1",
    "data split weather.csv --out parts --fractions 0.9,0.2,0.1",
    2,
    "CLI_OPTION_INVALID",
    /add up to 1/,
  ],
  ["no schema", "data validate weather.csv --schema none.pbtxt", 5, "KERNEL_FILE_MISSING", /infer-schema/],
  [
    "a place that cannot be written",
    "data ingest weather.csv --out weather.csv/deep/out.csv",
    1,
    "KERNEL_FOLDER_READ_ONLY",
    /--out/,
  ],
  [
    "a place that is never written",
    "data ingest weather.csv --out /proc/out.csv",
    1,
    "KERNEL_FOLDER_READ_ONLY",
    /\/proc/,
  ],
  [
    "a kind of file that is not written",
    "data ingest weather.csv --out out.xlsx",
    2,
    "DATASET_FORMAT_UNKNOWN",
    /\.parquet/,
  ],
  ["no config", "run", 5, "FACTORY_CONFIG_MISSING", /millrace init/],
  ["no model file", "score none.millrace weather.csv", 5, "CLI_MODEL_FILE_MISSING", /none\.millrace/],
  ["a file that is no model", "score ./weather.csv weather.csv", 1, "CLI_MODEL_FILE_BROKEN", /weather\.csv/],
  ["a port that is none", "serve ./weather.csv --port 99999", 2, "CLI_OPTION_INVALID", /65535/],
  ["an unknown shell", "completion bsh", 2, "CLI_OPTION_INVALID", /did you mean bash/],
];

describe("a mistake on the command line", () => {
  test.each(cases)("%s", (_, args, exit, code, says) => {
    const before = listing();
    const { stdout, code: ended } = millrace([...args.split(" "), "--json"], { cwd });
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; next: string } };
    expect({ code: error.code, exit: ended }).toEqual({ code, exit });
    expect(`${error.message} ${error.next}`).toMatch(says);
    expect(error.next).toMatch(/^[A-Z].*\S/);
    expect(listing()).toEqual(before);
  });

  test("is told on stderr without --json, with nothing on stdout", () => {
    const { code, stdout, stderr } = millrace(["data", "stats", "ragged.csv", "--no-color"], { cwd });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^error .*line 3.*\n {2}Correct line 3.*\n {2}DATASET_ROW_RAGGED\n$/);
  });

  test.each([
    ["datta", "Did you mean data?"],
    ["data inspct weather.csv", "Did you mean inspect?"],
    ["data stats weather.csv --quite", "Did you mean one of --quiet, --quote?"],
    ["model list --quite", "Did you mean --quiet?"],
    ["automl weather.csv", "--target"],
  ])("unknown words: millrace %s", (args, says) => {
    const { code, stdout, stderr } = millrace(args.split(" "), { cwd });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(says);
  });

  test("three rows are too few to learn from, and no model is left", () => {
    const { code, stdout } = millrace(["automl", "three.csv", "--target", "churned", "--out", "m.millrace", "--json"], {
      cwd,
    });
    expect(code).toBe(1);
    expect(JSON.parse(stdout).error.code).toMatch(/LEARN_TOO_FEW_ROWS|DATASET_SPLIT_IMPOSSIBLE/);
    expect(existsSync(join(cwd, "m.millrace"))).toBe(false);
  });

  test("a config is not overwritten unless --yes says so", async () => {
    const config = join(cwd, "kept", "millrace.config.ts");
    await mkdir(join(cwd, "kept"));
    await writeFile(config, "// mine\n");
    const refused = millrace(["init", "weather.csv", "--out", "kept", "--json"], { cwd });
    expect([refused.code, refused.json().error.code]).toEqual([7, "FACTORY_CONFIG_EXISTS"]);
    expect(await readFile(config, "utf8")).toBe("// mine\n");
    expect(millrace(["init", "weather.csv", "--out", "kept", "--yes"], { cwd }).code).toBe(0);
    expect(await readFile(config, "utf8")).toContain("defineFactory");
  });
});

function listing(): string[] {
  return readdirSync(cwd, { recursive: true }).map(String).sort();
}

test("what an error says would read a file reads it", () => {
  const read = millrace(["data", "stats", "quote.csv", "--quote", "none", "--json"], { cwd });
  expect(read.json().columns[1].topValues).toContainEqual({ value: '"Oslo', count: 1 });
  const names = ["--column-names", "age,city,years"];
  const named = millrace(["data", "stats", "twice.csv", "--header", ...names, "--json"], { cwd });
  expect(named.json().columns.map(({ name }: { name: string }) => name)).toEqual(["age", "city", "years"]);
});
