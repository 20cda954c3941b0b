import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseSync } from "rolldown/utils";
import { root } from "./run-page.ts";

/** The example in the doc comment of something that a door exports. */
export interface DoorExample {
  /** `kernel/newId`: the room and the export. */
  readonly name: string;
  readonly file: string;
  readonly code: string;
  /** Names that the example's door exports. */
  readonly doorNames: readonly string[];
  /** How the door is imported. */
  readonly door: string;
}

/** A statement of an example, with the value that the comment behind it names. */
export interface Statement {
  readonly code: string;
  readonly expected: string | null;
}

/** Every ```ts block in the doc comment of an export that a door (`src/<room>/index.ts`, `program/index.ts`) gives. */
export function doorExamples(): DoorExample[] {
  const rooms = readdirSync(join(root, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const adapters = readdirSync(join(root, "src", "adapters")).map((name) => `adapters/${name}`);
  const doors = [
    ...[...rooms.map(({ name }) => name), ...adapters].map((room) => ({
      room,
      path: join(root, "src", room, "index.ts"),
      door: `#${room}`,
    })),
    { room: "program", path: join(root, "program", "index.ts"), door: "@millrace/program" },
  ];
  return doors.filter(({ path }) => existsSync(path)).flatMap((door) => examplesOf(door));
}

function examplesOf({ room, path, door }: { room: string; path: string; door: string }): DoorExample[] {
  const exported = exportsOf(path);
  const doorNames = exported.filter(({ type }) => !type).map(({ name }) => name);
  return exported.flatMap(({ name, file }) => {
    const code = exampleAbove(readFileSync(file, "utf8"), name);
    return code === undefined ? [] : [{ name: `${room}/${name}`, file, code, doorNames, door }];
  });
}

function exportsOf(path: string): { name: string; file: string; type: boolean }[] {
  const { program } = parseSync(path, readFileSync(path, "utf8"));
  return program.body.flatMap((node) => {
    // A subject's door, which the room's door passes on whole.
    if (node.type === "ExportAllDeclaration") return exportsOf(resolve(dirname(path), node.source.value));
    if (node.type !== "ExportNamedDeclaration" || node.source === null) return [];
    const file = resolve(dirname(path), node.source.value);
    return node.specifiers.flatMap(({ exported, exportKind }) =>
      exported.type === "Identifier"
        ? [{ name: exported.name, file, type: node.exportKind === "type" || exportKind === "type" }]
        : [],
    );
  });
}

/** The first ```ts block of the doc comment right above a declaration. */
function exampleAbove(text: string, name: string): string | undefined {
  const declared = new RegExp(
    `/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*export (?:async )?(?:function\\*?|const|class|interface|type) ${name}\\b`,
  ).exec(text);
  const lines = declared?.[1]?.split("\n").map((line) => line.replace(/^ \* ?/, ""));
  const from = lines?.findIndex((line) => line.startsWith("```ts")) ?? -1;
  if (lines === undefined || from < 0) return undefined;
  return lines.slice(from + 1, lines.indexOf("```", from)).join("\n");
}

/** The example's top-level statements; `f(x); // value` and a comment line right below name what the statement gives. */
export function statementsOf(code: string): Statement[] {
  const { program, comments, errors } = parseSync("example.ts", code);
  if (errors.length > 0) throw new Error(`it does not parse: ${errors[0]!.message}`);
  return program.body.map((node, k) => {
    const next = program.body[k + 1]?.start ?? code.length;
    const comment = comments.find(({ start }) => start >= node.end && start < next);
    const gap = comment === undefined ? "" : code.slice(node.end, comment.start);
    const near = comment !== undefined && comment.type === "Line" && gap.split("\n").length <= 2;
    return { code: code.slice(node.start, node.end), expected: near ? comment.value.trim() : null };
  });
}

/** A module that runs an example and prints, as JSON lines, what its statements with a stated value gave. */
export function exampleModule({ code, doorNames, door }: DoorExample): string {
  const statements = statementsOf(code);
  const own = new Set([...code.matchAll(/^import\b[^;]*/gm)].flatMap((match) => match[0].match(/\w+/g) ?? []));
  const used = (name: string) =>
    !own.has(name) && new RegExp(`(?<![.\\w$"'\`])${name.replaceAll("$", "\\$")}\\b(?!\\s*:)`).test(code);
  const names = doorNames.filter(used);
  const helpers =
    door === "#kernel"
      ? []
      : ["systemClock", "plainContext", "randomStream"].filter(used).filter((name) => !names.includes(name));
  const body = statements.map(({ code: statement, expected }, k) => {
    if (/^import\b/.test(statement)) return "";
    if (expected === null) return statement.replace(/^export default /, "void ").replace(/^export /, "");
    const bound = /^(?:const|let) (\w+)/.exec(statement);
    if (bound !== null) return `${statement}\nsay(${k}, ${bound[1]});`;
    return `say(${k}, await (${statement.replace(/;\s*$/, "")}));`;
  });
  return [
    ...statements.filter(({ code: statement }) => /^import\b/.test(statement)).map(({ code: statement }) => statement),
    ...(names.length > 0 ? [`import { ${names.join(", ")} } from "${door}";`] : []),
    ...(helpers.length > 0 ? [`import { ${helpers.join(", ")} } from "#kernel";`] : []),
    'import { plainly } from "./plainly.ts";',
    "const say = (k: number, value: unknown) => console.log(JSON.stringify([k, plainly(value)]));",
    ...body,
  ].join("\n");
}
