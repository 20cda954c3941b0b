// The layer check: imports point down only, never sideways, always through the door. Reads the real import graph of what
// git lists (type imports count) and fails when it sees fewer files than git does.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync, Visitor } from "rolldown/utils";

/** Top to bottom; rooms on one line are siblings and don't import each other. The table of ARCHITECTURE.md. */
export const layers: readonly (readonly string[])[] = [
  ["cli"],
  ["server"],
  ["factory"],
  ["serve", "monitor", "label"],
  ["package"],
  ["features"],
  ["pipeline", "registry", "traffic"],
  ["learn"],
  ["transform", "evaluate"],
  ["validate"],
  ["dataset"],
  ["kernel"],
];

/** Who may open an adapter. Tests may as well. */
const adapterHosts = new Set(["factory", "server", "cli", "entry", "testing"]);
const rank = new Map(layers.flatMap((rooms, depth) => rooms.map((room) => [room, depth] as const)));

export interface Violation {
  readonly file: string;
  readonly specifier: string;
  readonly rule: string;
}

/** Checks the given files (repository-relative, posix separators). */
export function checkLayers(files: readonly string[], read: (file: string) => string): Violation[] {
  return files.flatMap((file) =>
    importsOf(file, read(file)).flatMap((specifier) => {
      const rule = judge(file, specifier);
      return rule === undefined ? [] : [{ file, specifier, rule }];
    }),
  );
}

/** Every module that a file names: static, dynamic, re-exported, type-only. */
export function importsOf(file: string, text: string): string[] {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]!.message}`);
  const found: string[] = [];
  const note = (source: unknown) => {
    const value = (source as { value?: unknown } | null)?.value;
    if (typeof value === "string") found.push(value);
  };
  new Visitor({
    ImportDeclaration: (node) => note(node.source),
    ExportNamedDeclaration: (node) => note(node.source),
    ExportAllDeclaration: (node) => note(node.source),
    ImportExpression: (node) => note(node.source),
    TSImportType: (node) => note(node.source),
  }).visit(program);
  return found;
}

function judge(file: string, specifier: string): string | undefined {
  const from = placeOf(file);
  const test = isTest(file) || from.place === "outside";
  const to = targetOf(file, specifier);
  if (to === undefined) {
    if (from.place === "program" && !test && (specifier.startsWith("node:") || !specifier.startsWith(".")))
      return "program has no dependencies";
    return undefined;
  }
  if (test) return undefined;
  if (specifier.startsWith(".") && isTest(posix.join(posix.dirname(file), specifier)))
    return "tests are imported by tests only";
  if (from.place === "program") return to.place === "program" ? undefined : "program imports nothing above it";
  if (from.place === "console")
    return to.place === "program" || to.place === "console" ? undefined : "console speaks HTTP";
  if (to.place === "console") return "nothing imports the console";
  if (to.place === "program")
    return specifier.startsWith("@millrace/program") ? undefined : "not through the door of program";
  if (from.place === to.place) return undefined;
  if (!to.door) return `not through the door of ${to.place}`;
  if (from.place === "entry") return undefined;
  if (to.place.startsWith("adapters/")) {
    return adapterHosts.has(from.place) ? undefined : "adapters are opened by factory, server, cli and tests only";
  }
  if (to.place === "testing") return "testing is imported by tests only";
  if (from.place.startsWith("adapters/") || from.place === "testing") return undefined;
  const fromRank = rank.get(from.place);
  const toRank = rank.get(to.place);
  if (fromRank === undefined) return `${from.place} is not in the layer table`;
  if (toRank === undefined) return `${to.place} is not in the layer table`;
  if (toRank === fromRank) return `sideways: ${from.place} and ${to.place} are siblings`;
  return toRank > fromRank ? undefined : `upwards: ${to.place} lies above ${from.place}`;
}

/** Tests, and what only tests use. */
function isTest(file: string): boolean {
  return /\.(test|slow\.test)\.tsx?$/.test(file) || /\/(fixtures|test-data)\//.test(file);
}

interface Place {
  readonly place: string;
}

function placeOf(file: string): Place {
  const parts = file.split("/");
  if (parts[0] === "program" || parts[0] === "console") return { place: parts[0] };
  if (parts[0] !== "src") return { place: "outside" };
  if (parts.length === 2) return { place: "entry" };
  return { place: parts[1] === "adapters" ? `adapters/${parts[2]}` : parts[1]! };
}

function targetOf(file: string, specifier: string): { place: string; door: boolean } | undefined {
  if (specifier.startsWith("@millrace/program")) return { place: "program", door: true };
  if (specifier.startsWith("#")) {
    const room = specifier.slice(1);
    const door = /^(adapters\/)?[a-z-]+$/.test(room);
    return {
      place: room
        .split("/")
        .slice(0, room.startsWith("adapters/") ? 2 : 1)
        .join("/"),
      door,
    };
  }
  if (!specifier.startsWith(".")) return undefined;
  const target = posix.normalize(posix.join(posix.dirname(file), specifier));
  const { place } = placeOf(target);
  // A relative path into another room is never its door: doors are named `#room`.
  return { place, door: false };
}

/** The TypeScript sources that git lists, without WebAssembly sources. */
export function listedFiles(root: string): string[] {
  return execFileSync("git", ["ls-files", "-co", "--exclude-standard", "--", "*.ts", "*.tsx"], {
    cwd: root,
    encoding: "utf8",
  })
    .split("\n")
    .filter(
      (file) => file !== "" && !file.includes("/wasm/") && !file.endsWith(".d.ts") && existsSync(join(root, file)),
    );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const files = listedFiles(root);
  let seen = 0;
  const violations = checkLayers(files, (file) => {
    seen++;
    return readFileSync(join(root, file), "utf8");
  });
  for (const { file, specifier, rule } of violations) console.error(`${file}: imports ${specifier}: ${rule}`);
  if (seen < files.length || files.length === 0) {
    console.error(`The layer check saw ${seen} of ${files.length} files.`);
    process.exit(1);
  }
  console.log(`layers: ${files.length} files, ${violations.length} violations`);
  process.exit(violations.length === 0 ? 0 : 1);
}
