import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "#testing";
import { compileModel } from "../export/compile-model.ts";
import { forestFile } from "../fixtures/forest-model.ts";
import { goldenVectors } from "../golden/golden-vectors.ts";
import type { Target } from "../model.ts";
import { writePackage } from "./write-package.ts";

const { file } = forestFile();
const options = { name: "Rain 2", version: 3, digest: file.digest };
const golden = goldenVectors(file.program, file.tensors, 300);
const here = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
const timeout = 240_000;

async function packed(target: Target) {
  const compiled = compileModel(file.program, file.tensors, target, options);
  const made = await writePackage(target, compiled, options, file.program);
  const folder = await temporaryFolder();
  for (const { path, content } of made.files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  expect(await writePackage(target, compiled, options, file.program)).toEqual(made);
  return { folder, paths: made.files.map(({ path }) => path) };
}

/** The code of a package's README, in a language. */
const exampleIn = (readme: string, language: string) =>
  new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(readme)![1]!;
const readmeScores = /^(dry|rain|)\s?0\.\d+/;

/** Runs a command that must succeed, without the network. */
function run(cwd: string, line: string, input = ""): string {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", line], { cwd, input, encoding: "utf8" });
  expect(`${status} ${status === 0 ? "" : stderr}${status === 0 ? "" : stdout}`).toBe("0 ");
  return stdout;
}

describe("a package is installed by its ecosystem's own tool, offline, and scores the golden rows", () => {
  test.skipIf(!here("npm", "--version"))("npm: a tarball", { timeout }, async () => {
    const { folder, paths } = await packed("ts");
    expect(paths).toEqual(["rain-2-3.0.0.tgz"]);
    await writeFile(join(folder, "package.json"), '{ "name": "app", "type": "module", "private": true }');
    run(folder, "npm install --offline --no-audit --no-fund ./rain-2-3.0.0.tgz");
    expect(run(folder, "node_modules/.bin/rain-2", golden.input)).toBe(golden.expected);
    await writeFile(
      join(folder, "app.js"),
      'import { score } from "rain-2"; console.log(score({ day: "7/4/2024", wind: 3 }).prediction);',
    );
    expect(["dry\n", "rain\n"]).toContain(run(folder, `"${process.execPath}" app.js`));
    const readme = await readFile(join(folder, "node_modules/rain-2/README.md"), "utf8");
    expect(readme).toContain(file.digest);
    await writeFile(join(folder, "app.js"), exampleIn(readme, "js"));
    expect(run(folder, `"${process.execPath}" app.js`)).toMatch(readmeScores);
  });

  test.skipIf(!here("uv", "--version"))("pip: a wheel", { timeout }, async () => {
    const { folder, paths } = await packed("python");
    expect(paths).toEqual(["millrace_rain_2-3.0.0-py3-none-any.whl"]);
    run(folder, "uv venv --offline --quiet venv");
    run(folder, `uv pip install --offline --no-index --quiet --python venv/bin/python ./${paths[0]}`);
    expect(run(folder, "venv/bin/millrace-rain-2", golden.input)).toBe(golden.expected);
    expect(run(folder, `venv/bin/python -c "import millrace_rain_2 as m; print(m.CLASSES)"`)).toBe("['dry', 'rain']\n");
    const read = "from importlib.metadata import metadata; print(metadata('millrace-rain-2').get_payload())";
    await writeFile(join(folder, "app.py"), exampleIn(run(folder, `venv/bin/python -c "${read}"`), "python"));
    expect(run(folder, "venv/bin/python app.py")).toMatch(readmeScores);
    // The record holds, and takes every file away again.
    run(folder, "uv pip uninstall --quiet --python venv/bin/python millrace-rain-2");
    expect(run(folder, "find venv -name 'millrace_rain*'")).toBe("");
  });

  test.skipIf(!here("javac", "-version"))("java: a jar with pom and sources", { timeout }, async () => {
    const { folder, paths } = await packed("java");
    const jar = "millrace/rain-2/3.0.0/rain-2-3.0.0.jar";
    expect(paths).toEqual(
      [jar, jar.replace(".jar", "-sources.jar"), jar.replace(".jar", ".pom")].flatMap((one) => [one, `${one}.sha1`]),
    );
    expect(run(folder, `java -jar ${jar}`, golden.input)).toBe(golden.expected);
    await writeFile(
      join(folder, "App.java"),
      "class App { public static void main(String[] a) { System.out.println(millrace.rain_2.Model.class.getName()); } }",
    );
    expect(run(folder, `javac -cp ${jar} App.java && java -cp ${jar}:. App`)).toBe("millrace.rain_2.Model\n");
    await writeFile(join(folder, "App.java"), exampleIn(run(folder, `unzip -p ${jar} META-INF/README.md`), "java"));
    expect(run(folder, `javac -cp ${jar} App.java && java -cp ${jar}:. App`)).toMatch(readmeScores);
    expect(run(folder, `jar tf ${jar.replace(".jar", "-sources.jar")}`)).toContain("millrace/rain_2/Model.java");
  });

  test.skipIf(!here("go", "version"))("go: a module of a proxy", { timeout }, async () => {
    const { folder } = await packed("go");
    const module = "millrace.local/rain_2";
    const environment = `HOME="$PWD" GOPATH="$PWD/go" GOFLAGS=-modcacherw GOTOOLCHAIN=local GOPROXY="file://$PWD,off" GONOSUMDB=${module} GOBIN="$PWD/bin"`;
    run(folder, `${environment} go install ${module}@v0.3.0`);
    expect(run(folder, "bin/rain_2", golden.input)).toBe(golden.expected);
    await mkdir(join(folder, "app"));
    await writeFile(join(folder, "app", "go.mod"), "module app\n\ngo 1.21\n");
    await writeFile(
      join(folder, "app", "main.go"),
      `package main\n\nimport (\n\t"fmt"\n\n\t"${module}/model"\n)\n\nfunc main() { fmt.Println(model.Classes) }\n`,
    );
    run(folder, `${environment} go -C app get ${module}@v0.3.0`);
    expect(run(folder, `${environment} go -C app run .`)).toBe("[dry rain]\n");
    const readme = run(folder, `cat go/pkg/mod/${module}@v0.3.0/README.md`);
    await writeFile(join(folder, "app", "main.go"), exampleIn(readme, "go"));
    expect(run(folder, `${environment} go -C app run .`)).toMatch(readmeScores);
  });

  test.skipIf(!here("make", "--version") || !here("cc", "--version") || !here("pkg-config", "--version"))(
    "c: make install, with a pkg-config file",
    { timeout },
    async () => {
      const { folder, paths } = await packed("c");
      run(folder, `tar -xzf ${paths[0]} && make -s -C millrace-rain-2-3.0.0 install PREFIX="$PWD/to"`);
      expect(run(folder, "to/bin/millrace-rain-2", golden.input)).toBe(golden.expected);
      await writeFile(
        join(folder, "app.c"),
        '#include <stdio.h>\n#include <model.h>\nint main(void) { printf("%d %s\\n", RAIN_2_INPUTS, rain_2_classes[1].text); return 0; }\n',
      );
      const flags = 'PKG_CONFIG_PATH="$PWD/to/lib/pkgconfig" pkg-config --cflags --libs millrace-rain-2';
      expect(run(folder, `cc app.c $(${flags}) -o app && ./app`)).toBe("4 rain\n");
      const readme = await readFile(join(folder, "millrace-rain-2-3.0.0/README.md"), "utf8");
      await writeFile(join(folder, "app.c"), exampleIn(readme, "c"));
      expect(run(folder, `cc app.c $(${flags}) -o app && ./app`)).toMatch(readmeScores);
    },
  );

  test.skipIf(!here("cmake", "--version") || !here("cc", "--version"))("c: CMake", { timeout }, async () => {
    const { folder, paths } = await packed("c");
    run(folder, `tar -xzf ${paths[0]}`);
    run(folder, 'cmake -S millrace-rain-2-3.0.0 -B build -DCMAKE_INSTALL_PREFIX="$PWD/to" && cmake --build build');
    run(folder, "cmake --install build");
    expect(run(folder, "to/bin/millrace-rain-2", golden.input)).toBe(golden.expected);
    await mkdir(join(folder, "app"));
    await writeFile(
      join(folder, "app", "CMakeLists.txt"),
      "cmake_minimum_required(VERSION 3.13)\nproject(app C)\nfind_package(millrace-rain-2 REQUIRED)\nadd_executable(app app.c)\ntarget_link_libraries(app millrace::millrace-rain-2)\n",
    );
    await writeFile(
      join(folder, "app", "app.c"),
      "#include <model.h>\nint main(void) { return RAIN_2_INPUTS == 4 ? 0 : 1; }\n",
    );
    run(folder, 'cmake -S app -B app-build -DCMAKE_PREFIX_PATH="$PWD/to" && cmake --build app-build && app-build/app');
  });
});

test("a target whose files are not installed is refused", async () => {
  const compiled = compileModel(file.program, file.tensors, "sql", options);
  await expect(writePackage("sql", compiled, options, file.program)).rejects.toMatchObject({
    code: "PACKAGE_ECOSYSTEM_NONE",
  });
});
