import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "#testing";
import { forestModel } from "../fixtures/forest-model.ts";
import { compileModel, targetsOf } from "./compile-model.ts";
import { lostText } from "./lost-targets.ts";
import { writeExport } from "./write-export.ts";

const files = [
  { path: "model.mjs", content: "export const a = 1;\n" },
  { path: "src/package.json", content: new Uint8Array([123, 125]) },
];

test("an export fills a folder, again where nothing differs, and never over something else unless told", async () => {
  const out = join(await temporaryFolder(), "new", "folder");
  const { single, files: written } = await writeExport(files, out);
  expect(single).toBe(false);
  expect(written.map(({ path }) => path)).toEqual([join(out, "model.mjs"), join(out, "src", "package.json")]);
  expect(await readFile(join(out, "src", "package.json"), "utf8")).toBe("{}");
  await writeExport(files, out);
  await writeFile(join(out, "model.mjs"), "mine");
  await expect(writeExport(files, out)).rejects.toMatchObject({ code: "PACKAGE_OUTPUT_EXISTS" });
  expect(await readFile(join(out, "model.mjs"), "utf8")).toBe("mine");
  await writeExport(files, out, { force: true });
  expect(await readFile(join(out, "model.mjs"), "utf8")).toBe(files[0]!.content);
});

test("a name with the ending of the one file that stands alone is that file", async () => {
  const folder = await temporaryFolder();
  const { single } = await writeExport(files, join(folder, "churn.mjs"));
  expect(single).toBe(true);
  expect(await readdir(folder)).toEqual(["churn.mjs"]);
  await mkdir(join(folder, "dir.mjs"));
  expect((await writeExport(files, join(folder, "dir.mjs"))).single).toBe(false);
});

test("a target that cannot express a model is refused with those that can", () => {
  const { program, tensors } = forestModel();
  expect(targetsOf(program, tensors)).toContain("js");
  expect(compileModel(program, tensors, "js", { name: "rain" }).files.map(({ path }) => path)).toContain("model.mjs");
  expect(() => compileModel(program, tensors, "fortran" as never, { name: "rain" })).toThrow(
    expect.objectContaining({ code: "PACKAGE_TARGET_MISSING" }),
  );
});

test("what is lost is said as a part of a sentence, whoever says it", () => {
  expect(lostText(["ONNX cannot express the terms of a text.", "a name with a NUL character"])).toBe(
    "the terms of a text, a name with a NUL character",
  );
});
