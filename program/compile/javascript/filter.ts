import { InputError } from "./read-input.ts";

interface Result {
  readonly score: number | null;
  readonly scores?: Readonly<Record<string, number>>;
  readonly prediction: string | number | null;
}

interface Model {
  readonly inputs: readonly { readonly name: string }[];
  readonly task: "binary" | "multiclass" | "regression";
  readonly classes: readonly string[];
  /** Outputs beside the score: their columns by name. */
  readonly extras?: Readonly<Record<string, string>>;
  readonly score: (row: Record<string, string>) => Result;
  /** How many values of an input could not be read, and count as missing; `score` counts them. */
  readonly unread?: ReadonlyMap<string, number>;
  /** The levels of text columns that training saw. */
  readonly seen?: readonly (readonly [string, ReadonlyMap<string, number>])[];
}

/** The parts of Node, Deno or Bun that a filter uses. */
interface Host {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: { write(text: string): boolean; once(event: "drain", then: () => void): unknown };
  readonly stderr: { write(text: string): boolean };
  exitCode?: number | string | null | undefined;
}

/**
 * Reads CSV with a header from standard input and writes a line of scores for each row. What is unusual of columns and
 * values goes to standard error.
 */
export async function filter(model: Model, host: Host): Promise<void> {
  const each = model.task === "multiclass" ? model.classes : [];
  const extras = Object.keys(model.extras ?? {});
  const columns = Object.values(model.extras ?? {});
  let out = `${["prediction", "score", ...each.map((name) => `score_${name}`), ...columns].map(quoted).join(",")}\n`;
  let header: Header | undefined;
  let row = 0;
  const unseen = new Map<string, number>();
  try {
    for await (const fields of records(host.stdin)) {
      if (header === undefined) {
        header = headerOf(fields, model);
        host.stderr.write(headerNotes(fields, model));
        continue;
      }
      row++;
      const given = rowOf(fields, header);
      out += line(model.score(given), each, extras);
      for (const [name, levels] of model.seen ?? []) if (given[name] && !levels.has(given[name])) add(unseen, name);
      if (out.length > 1 << 16) {
        if (!host.stdout.write(out)) await new Promise<void>((then) => host.stdout.once("drain", then));
        out = "";
      }
    }
    if (header === undefined) throw new Error("there is no header line");
    host.stdout.write(out);
    host.stderr.write(valueNotes(model, unseen));
  } catch (error) {
    // A record that cannot be taken apart is the one after the last that was.
    const broken = error instanceof RecordError ? row + 1 : row;
    const where = header === undefined || broken === 0 ? "header" : `row ${broken}`;
    const what =
      error instanceof InputError
        ? `, column ${JSON.stringify(error.column)}: ${error.reason}`
        : `: ${(error as Error).message}`;
    host.stdout.write(out);
    host.stderr.write(`${where}${what}\n`);
    host.exitCode = 1;
  }
}

const add = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);

function headerNotes(fields: readonly string[], { inputs }: Model): string {
  const strays = fields.filter((field) => inputs.every(({ name }) => name !== field));
  return [
    ...inputs.flatMap(({ name }) =>
      fields.includes(name) ? [] : [`header: no column ${JSON.stringify(name)}; it counts as missing in every row\n`],
    ),
    strays.length === 0
      ? ""
      : `header: not columns of the model: ${strays.map((name) => JSON.stringify(name)).join(", ")}\n`,
  ].join("");
}

function valueNotes({ inputs, unread }: Model, unseen: ReadonlyMap<string, number>): string {
  const note = (name: string, what: string, count: number | undefined) =>
    count === undefined ? "" : `column ${JSON.stringify(name)}: values that ${what}: ${count}\n`;
  return inputs
    .map(
      ({ name }) =>
        note(name, "cannot be read and count as missing", unread?.get(name)) +
        note(name, "training did not see, or hardly", unseen.get(name)),
    )
    .join("");
}

class RecordError extends Error {}

interface Header {
  readonly width: number;
  readonly columns: readonly { readonly name: string; readonly at: number }[];
}

function headerOf(fields: readonly string[], { inputs }: Model): Header {
  const columns = inputs.flatMap(({ name }) => {
    const at = fields.indexOf(name);
    if (at < 0) return [];
    if (fields.lastIndexOf(name) !== at) throw new InputError(name, "is there twice");
    return [{ name, at }];
  });
  return { width: fields.length, columns };
}

function rowOf(fields: readonly string[], { width, columns }: Header): Record<string, string> {
  if (fields.length !== width) throw new Error(`has ${fields.length} fields; the header has ${width}`);
  const row: Record<string, string> = Object.create(null);
  for (const { name, at } of columns) row[name] = fields[at]!;
  return row;
}

function line(result: Result, each: readonly string[], extras: readonly string[]): string {
  const { score, scores, prediction } = result;
  const cells =
    score === null ? [null, ...each.map(() => null), null] : [prediction, score, ...each.map((name) => scores![name])];
  return `${[...cells, ...extras.map((name) => (result as unknown as Record<string, unknown>)[name])].map(cell).join(",")}\n`;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  return quoted(Array.isArray(value) ? JSON.stringify(value) : String(value));
}

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Records of a stream of CSV (RFC 4180; CRLF or LF). Blank lines are passed over unless the header has one column. */
async function* records(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  let width = 0;
  let fields: string[] = [];
  let field = "";
  let state = "start" as "start" | "plain" | "quoted" | "quote";
  let afterReturn = false;
  const finished: string[][] = [];
  let problem = "";
  const endRecord = () => {
    if (fields.length === 0 && field === "" && state === "start" && width !== 1) return;
    fields.push(field);
    width ||= fields.length;
    finished.push(fields);
    fields = [];
    field = "";
    state = "start";
  };
  const take = (text: string) => {
    for (const char of text) {
      if (state === "quoted") {
        if (char === '"') state = "quote";
        else field += char;
        continue;
      }
      if (afterReturn) {
        afterReturn = false;
        if (char === "\n") continue;
      }
      if (char === ",") {
        fields.push(field);
        field = "";
        state = "start";
      } else if (char === "\n" || char === "\r") {
        if (fields.length > 0 && state === "start") state = "plain"; // an empty last field
        endRecord();
        afterReturn = char === "\r";
      } else if (char === '"' && state === "start") state = "quoted";
      else if (char === '"' && state === "quote") {
        field += '"';
        state = "quoted";
      } else if (state === "quote") {
        problem = "has text after a closing quote";
        return;
      } else {
        field += char;
        state = "plain";
      }
    }
  };
  for await (const chunk of stream) {
    take(decoder.decode(chunk, { stream: true }));
    // Records before the broken one are whole: they are scored whatever the chunks are.
    yield* finished.splice(0);
    if (problem !== "") throw new RecordError(problem);
  }
  take(decoder.decode());
  yield* finished.splice(0);
  if ((state as string) === "quoted") problem = "ends within a quoted field";
  if (problem !== "") throw new RecordError(problem);
  if (fields.length > 0 || field !== "" || state !== "start") {
    if (state === "start") state = "plain";
    endRecord();
  }
  yield* finished.splice(0);
}
