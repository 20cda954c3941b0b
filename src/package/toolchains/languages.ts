import { buildFailed, filterToolchain } from "./filter.ts";

const ending = (files: readonly string[], ...endings: readonly string[]) => {
  const found = endings.flatMap((one) => files.filter((file) => file.endsWith(one) && !file.endsWith(".d.ts")));
  if (found.length === 0) throw buildFailed(endings[0]!, `no file ends in ${endings.join(" or ")}`);
  return found;
};

/** Node, which runs JavaScript and TypeScript as it stands; this process's own. */
export const nodeToolchain = filterToolchain({
  name: "node",
  targets: ["js", "ts"],
  version: [process.execPath, "--version"],
  build: () => [],
  run: (files) => [process.execPath, ending(files, ".mjs", ".js", ".ts")[0]!],
});

/** Python's standard library alone. */
export const pythonToolchain = filterToolchain({
  name: "python3",
  targets: ["python"],
  version: ["python3", "--version"],
  build: () => [],
  run: (files) => ["python3", "-B", "-s", mainFile(files, "model.py", ".py")],
});

/** The system's C compiler, as C99 and without fused operations. */
export const cToolchain = filterToolchain({
  name: "cc",
  targets: ["c"],
  version: ["cc", "-dumpfullversion", "-dumpversion"],
  build: (files) => [["cc", "-std=c99", "-O2", "-ffp-contract=off", ...ending(files, ".c"), "-lm", "-o", "model"]],
  run: () => ["./model"],
});

export const javaToolchain = filterToolchain({
  name: "java",
  targets: ["java"],
  version: ["javac", "-version"],
  build: (files) => [["javac", "-encoding", "UTF-8", ...ending(files, ".java")]],
  run: () => ["java", "Model"],
});

export const goToolchain = filterToolchain({
  name: "go",
  targets: ["go"],
  version: ["go", "version"],
  // A folder of the module may be named "model".
  build: () => [["go", "build", "-o", "score.out", "."]],
  run: () => ["./score.out"],
  // Nothing is fetched, and nothing but the language itself is linked.
  env: { GOPROXY: "off", GOTOOLCHAIN: "local", GOFLAGS: "-mod=mod", CGO_ENABLED: "0" },
});

function mainFile(files: readonly string[], name: string, end: string): string {
  return files.find((file) => file === name) ?? ending(files, end)[0]!;
}
