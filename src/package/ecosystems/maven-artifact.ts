import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Program } from "@millrace/program";
import type { CompiledFile, CompileOptions } from "@millrace/program/compile";
import { isMillraceError, MillraceError } from "#kernel";
import { buildFailed } from "../toolchains/filter.ts";
import { runChild } from "../toolchains/run-child.ts";
import { type Entries, zipOf } from "./archives.ts";
import { exampleRow } from "./example-row.ts";
import type { EcosystemPackage } from "./model.ts";
import { packageNames } from "./package-names.ts";
import { packageReadme } from "./package-readme.ts";

const root = "src/main/java/";

/**
 * A jar, its sources and its pom as a Maven repository. The same JDK gives the same bytes.
 *
 * Errors: PACKAGE_JDK_MISSING; PACKAGE_BUILD_FAILED.
 * Source: Maven repository layout; JAR File Specification.
 */
export async function mavenArtifact(
  files: readonly CompiledFile[],
  options: CompileOptions,
  program: Program,
): Promise<EcosystemPackage> {
  const { dashed, version } = packageNames(options);
  const pom = String(files.find(({ path }) => path === "pom.xml")!.content);
  const sources = files.filter(({ path }) => path.startsWith(root));
  const main = sources[0]!.path.slice(root.length).replace(/\.java$/, "");
  const manifest = (more: readonly string[]) => ["Manifest-Version: 1.0", ...more, "", ""].join("\r\n");
  const artifact = [
    "<dependency>",
    "  <groupId>millrace</groupId>",
    `  <artifactId>${dashed}</artifactId>`,
    `  <version>${version}</version>`,
    "</dependency>",
  ];
  const sets = exampleRow(program).map(({ input, json }) => {
    const value =
      input.type === "strings" || input.type === "vector"
        ? `java.util.List.of(${json.slice(1, -1)})`
        : input.type === "integer"
          ? `${json}.0`
          : json;
    return `            .set(${JSON.stringify(input.name)}, ${value})`;
  });
  const use = [
    "```xml",
    ...artifact,
    "```",
    "",
    "```java",
    `import ${main.replaceAll("/", ".")};`,
    "",
    "class App {",
    "  public static void main(String[] arguments) {",
    "    Model.Row row =",
    "        new Model.Row()",
    ...sets.map((line, k) => (k === sets.length - 1 ? `${line};` : line)),
    "    Model.Result result = Model.score(row);",
    '    System.out.println(result.prediction() + " " + result.score());',
    "  }",
    "}",
    "```",
    "",
    "```sh",
    `java -jar ${dashed}-${version}.jar < in.csv > out.csv`,
    "```",
    "",
    "It needs Java 17 or later alone.",
  ];
  const head = (kind: readonly string[]): [string, string | Uint8Array][] => [["META-INF/MANIFEST.MF", manifest(kind)]];
  const jar = new Map<string, string | Uint8Array>([
    ...head([
      `Main-Class: ${main.replaceAll("/", ".")}`,
      `Automatic-Module-Name: ${dirname(main).replaceAll("/", ".")}`,
    ]),
    [`META-INF/maven/millrace/${dashed}/pom.xml`, pom],
    [
      `META-INF/maven/millrace/${dashed}/pom.properties`,
      `groupId=millrace\nartifactId=${dashed}\nversion=${version}\n`,
    ],
    ["META-INF/README.md", packageReadme(program, options, use)],
    ...(await classesOf(sources)),
  ]);
  const source: Entries = new Map([
    ...head([]),
    ...sources.map(({ path, content }) => [path.slice(root.length), content] as const),
  ]);
  const [folder, stem] = [`millrace/${dashed}/${version}`, `${dashed}-${version}`];
  const written: CompiledFile[] = [
    { path: `${folder}/${stem}.jar`, content: zipOf(jar) },
    { path: `${folder}/${stem}-sources.jar`, content: zipOf(source) },
    { path: `${folder}/${stem}.pom`, content: pom },
  ];
  return {
    files: written.flatMap(({ path, content }) => [
      { path, content },
      { path: `${path}.sha1`, content: createHash("sha1").update(content).digest("hex") },
    ]),
    usage: [
      `mvn install:install-file -Dfile=${folder}/${stem}.jar -DpomFile=${folder}/${stem}.pom`,
      `java -jar ${folder}/${stem}.jar < in.csv > out.csv`,
    ],
  };
}

async function classesOf(sources: readonly CompiledFile[]): Promise<readonly (readonly [string, Uint8Array])[]> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-jar-"));
  try {
    for (const { path, content } of sources) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    await compile(
      folder,
      sources.map(({ path }) => path),
    );
    const out = join(folder, "classes");
    const found = await readdir(out, { recursive: true });
    const classes = found.filter((path) => path.endsWith(".class")).sort();
    return await Promise.all(
      classes.map(async (path) => [path.replaceAll("\\", "/"), await readFile(join(out, path))] as const),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compile(folder: string, paths: readonly string[]): Promise<void> {
  const args = ["--release", "17", "-encoding", "UTF-8", "-g:none", "-d", "classes", ...paths];
  const { code, stderr } = await runChild("javac", args, { cwd: folder, timeLimitMs: 300_000 }).catch((error) => {
    if (!isMillraceError(error) || error.code !== "PACKAGE_CHILD_FAILED") throw error;
    throw new MillraceError("PACKAGE_JDK_MISSING", {
      message: `A jar holds compiled classes, and there is no Java compiler here: ${error.message}`,
      next: "Install a JDK of version 17 or later, or export the Maven project: leave out --package.",
      cause: error,
    });
  });
  if (code !== 0) throw buildFailed("javac", stderr);
}
