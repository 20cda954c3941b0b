import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { defineStep } from "millrace";
import { z } from "zod";

interface Day {
  readonly date: string;
  readonly weather: string;
  readonly tempMax: number;
}

/** Source: reads the outside. Its watermark, the file's text length and last line here, becomes a part of its cache key. */
export const readDays = defineStep({
  module: import.meta.url,
  export: "readDays",
  name: "read-days",
  version: 1,
  kind: "source",
  weight: "light",
  inputs: {},
  outputs: { days: { type: "days" }, years: { type: "years" } },
  options: z.strictObject({ path: z.string().describe("a CSV file, relative to the project") }),
  watermark: async ({ path }, { project }) => {
    const text = await readFile(join(project, path), "utf8");
    return { length: text.length, last: text.trimEnd().split("\n").at(-1) ?? "" };
  },
  async run(context, _inputs, { path }) {
    const [, ...lines] = (await readFile(join(context.project, path), "utf8")).trimEnd().split("\n");
    const days = lines.map((line) => {
      const [date = "", , tempMax, , , weather = ""] = line.split(",");
      return { date, weather, tempMax: Number(tempMax) };
    });
    context.metric("days", days.length);
    return {
      days: { value: days },
      years: { value: [...new Set(days.map(({ date }) => date.slice(0, 4)))].sort() },
    };
  },
});

/** Pure: the same days and options give the same summary, so a second run takes it from the cache. */
export const summarizeYear = defineStep({
  module: import.meta.url,
  export: "summarizeYear",
  name: "summarize-year",
  version: 1,
  kind: "pure",
  weight: "light",
  inputs: { days: { type: "days" } },
  outputs: { summary: { type: "year-summary" } },
  options: z.strictObject({ year: z.string(), warmFrom: z.number().default(25).describe("degrees Celsius") }),
  async run(_context, { days }, { year, warmFrom }) {
    const own = (await days.json<Day[]>()).filter(({ date }) => date.startsWith(year));
    const warm = own.filter(({ tempMax }) => tempMax >= warmFrom).length;
    const wet = own.filter(({ weather }) => weather === "rain" || weather === "snow").length;
    return { summary: { value: { year, days: own.length, warm, wet } } };
  },
});

/** Effect: changes the outside, once for each content of its inputs. Written to be done again without harm. */
export const writeReport = defineStep({
  module: import.meta.url,
  export: "writeReport",
  name: "write-report",
  version: 1,
  kind: "effect",
  weight: "light",
  inputs: { summaries: { type: "year-summary", many: true } },
  outputs: { receipt: { type: "receipt" } },
  options: z.strictObject({ out: z.string() }),
  async run(_context, { summaries }, { out }) {
    const rows = await Promise.all(
      summaries.map((one) => one.json<{ year: string; days: number; warm: number; wet: number }>()),
    );
    const lines = rows.map(({ year, days, warm, wet }) => `${year}: ${days} days, ${warm} warm, ${wet} wet`);
    await writeFile(out, `${lines.join("\n")}\n`);
    return { receipt: { value: { out, lines } } };
  },
});
