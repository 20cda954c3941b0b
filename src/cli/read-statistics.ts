import { closeSync, openSync, readSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { holdsLists, loadSource, queryFrame } from "#dataset";
import { MillraceError } from "#kernel";
import {
  computeStatistics,
  type DatasetStatistics,
  type NestedFrame,
  nestFrame,
  type StatisticsOptions,
  statisticsFromBinary,
  statisticsFromJson,
} from "#validate";
import type { ActionContext } from "./command.ts";
import { listOption, optionInvalid, textOption } from "./options.ts";
import { sourceOf, warnOfReading, withPlace } from "./read-data.ts";
import { largeSource, statisticsOfParts } from "./read-parts.ts";

/** Statistics of what a command line names: a file of statistics as it is, or those of a source's rows. */
export async function readStatistics(context: ActionContext, source: string): Promise<DatasetStatistics> {
  if (isStatisticsFile(source)) return readStatisticsFile(source);
  const streamed = await streamIfLarge(context, source);
  if (streamed !== undefined) return streamed;
  const { frame, slices, columns } = await readRows(context, source);
  const weight = textOption(context.options, "weight");
  const label = textOption(context.options, "label");
  const options: StatisticsOptions = {
    ...(weight !== undefined && { weight }),
    ...(label !== undefined && { label }),
    cross: context.options.cross === true,
    semantic: context.options.semantic === true,
    slices,
    columns,
  };
  return computeStatistics(frame, options);
}

/** Statistics come as TensorFlow Metadata's messages: binary `.pb`, or `.json` that is an object; data are an array. */
export function isStatisticsFile(source: string): boolean {
  if (!/\.(pb|json)$/i.test(source) || /^[a-z][a-z0-9+.-]*:\/\/|[*?]/i.test(source)) return false;
  return /\.pb$/i.test(source) || !/^\s*\[/.test(beginning(source));
}

/** The first characters of a text file; none where it cannot be read, which is told when it is. */
function beginning(path: string): string {
  try {
    const file = openSync(path, "r");
    try {
      const bytes = Buffer.alloc(256);
      return bytes.toString("utf8", 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  } catch {
    return "";
  }
}

async function readStatisticsFile(path: string): Promise<DatasetStatistics> {
  try {
    const bytes = await readFile(path);
    return /\.pb$/i.test(path) ? statisticsFromBinary(bytes) : statisticsFromJson(bytes.toString("utf8"));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (error instanceof MillraceError || code === undefined) throw error;
    throw new MillraceError("KERNEL_FILE_MISSING", {
      message: `The statistics ${path} cannot be read (${code}).`,
      next: "Correct the path, or make them: millrace data stats DATA --out stats.pb",
      facts: { path },
    });
  }
}

/** Statistics where a command line names no rows to hold: those of a file of them, or of a source too large for the memory. */
export async function statisticsAlone(context: ActionContext, source: string): Promise<DatasetStatistics | undefined> {
  return isStatisticsFile(source) ? readStatisticsFile(source) : streamIfLarge(context, source);
}

/** The statistics of a source too large for the memory allowed, read in parts; undefined where it fits. */
async function streamIfLarge(context: ActionContext, typed: string): Promise<DatasetStatistics | undefined> {
  const { options } = context;
  return withPlace(async (place) => {
    const large = await largeSource(context, typed, place);
    if (large === undefined) return undefined;
    const whole = ["where", "sql", "slices", "label"].find((name) => textOption(options, name) !== undefined);
    const sliced = (options.sliceWhere as readonly string[] | undefined)?.length ? "slice-where" : undefined;
    const asked = whole ?? ["cross", "semantic"].find((name) => options[name] === true) ?? sliced;
    if (asked !== undefined)
      throw optionInvalid(
        `${typed} is too large to be held within --memory, and --${asked} looks at whole rows.`,
        `Leave --${asked} out, or raise --memory.`,
      );
    return statisticsOfParts(large, textOption(options, "weight"));
  });
}

/** The rows that the options --where, --sql and --slice-where ask for, and the columns to slice them by. */
async function readRows(
  context: ActionContext,
  source: string,
): Promise<{ frame: NestedFrame; slices: string[][]; columns: string[] }> {
  const { options } = context;
  const where = textOption(options, "where");
  const sql = textOption(options, "sql");
  const conditions = ((options.sliceWhere as readonly string[] | undefined) ?? []).map(parseCondition);
  const loaded = await withPlace((place) =>
    loadSource(sourceOf(source, options), {
      ...place,
      ...(where !== undefined && { where }),
      // A row is in the slice where the condition holds, else in none.
      derive: conditions.map(({ name, sql: condition }) => ({
        name,
        sql: `CASE WHEN (${condition}\n) THEN 'true' END`,
      })),
    }),
  );
  warnOfReading(context, loaded.problems);
  const asked = sql === undefined ? loaded.frame : await queryFrame(loaded.frame, sql);
  const nested = holdsLists(loaded.format);
  return {
    frame: nested ? nestFrame(asked) : asked,
    columns: [...asked.columns.keys()].filter((name) => !conditions.some((one) => one.name === name)),
    slices: [...listOption(options, "slices").map((one) => one.split("*")), ...conditions.map(({ name }) => [name])],
  };
}

function parseCondition(typed: string): { name: string; sql: string } {
  const at = typed.indexOf(":");
  const name = typed.slice(0, at).trim();
  const sql = typed.slice(at + 1).trim();
  if (at > 0 && name !== "" && sql !== "") return { name, sql };
  throw optionInvalid(
    `--slice-where is "${typed.slice(0, 80)}", which has no name or no condition.`,
    'Write a name and a condition, like --slice-where "late: arr_delay > 60".',
  );
}
