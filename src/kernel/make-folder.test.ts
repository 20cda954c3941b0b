import { mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeFolder } from "./make-folder.ts";

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "millrace-folder-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

test("the folders above are made too, by several at once, and what is there stays", async () => {
  const root = await folder();
  const path = join(root, "a", "b", "c");
  await Promise.all(Array.from({ length: 8 }, () => makeFolder(path)));
  await writeFile(join(path, "mine"), "");
  await makeFolder(path);
  expect((await stat(join(path, "mine"))).isFile()).toBe(true);
});

test("a file on the way is refused, and a link to nowhere", async () => {
  const root = await folder();
  await writeFile(join(root, "file"), "");
  await expect(makeFolder(join(root, "file"))).rejects.toMatchObject({ code: "ENOTDIR" });
  await expect(makeFolder(join(root, "file", "below"))).rejects.toMatchObject({ code: "ENOTDIR" });
  await symlink(join(root, "nowhere"), join(root, "link"));
  await expect(makeFolder(join(root, "link"))).rejects.toMatchObject({ code: "EEXIST" });
});

test.runIf(process.platform === "linux")("a file system that holds no folders refuses at once", async () => {
  await expect(makeFolder("/proc/millrace/below")).rejects.toMatchObject({ code: "ENOENT" });
});
