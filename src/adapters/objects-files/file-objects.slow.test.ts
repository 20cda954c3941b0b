import { execFile } from "node:child_process";
import { chmod, mkdir, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { digestBytes, fakeClock, randomStream } from "#kernel";
import { allOf, objectStoreSuite, temporaryFolder } from "#testing";
import { fileObjects } from "./file-objects.ts";
import { objectPath } from "./layout.ts";

objectStoreSuite("files", (root) => fileObjects({ root }), {
  damage: async (root, digest) => {
    const path = objectPath(root, digest);
    await chmod(path, 0o600);
    const before = await stat(path);
    const bytes = await readFile(path);
    bytes[0]! ^= 1;
    await writeFile(path, bytes);
    // Damage by a disk does not change the file's time.
    await utimes(path, before.atime, before.mtime);
  },
});

describe("files", () => {
  const bytes = new TextEncoder().encode("some bytes");

  test("lie under their digest, read-only, with nothing left beside them", async () => {
    const root = await temporaryFolder();
    const { digest } = await fileObjects({ root }).put(bytes);
    const path = join(root, "sha256", digest.slice(7, 9), digest.slice(9));
    expect((await stat(path)).mode & 0o777).toBe(0o444);
    expect(await fileObjects({ root }).locate(digest)).toBe(path);
    expect(await readdir(join(root, "tmp"))).toEqual([]);
  });

  test("a put beyond the quota is refused like a full disk, and leaves everything as it was", async () => {
    const root = await temporaryFolder();
    const folder = await temporaryFolder();
    const store = fileObjects({ root, quotaBytes: 25 });
    const { digest } = await store.put(bytes);
    const given = join(folder, "given");
    await writeFile(given, "a file of twenty bytes");
    const more = new TextEncoder().encode("sixteen bytes ..");
    for (const source of [more, { path: given }, { path: given, take: true }])
      await expect(store.put(source)).rejects.toMatchObject({ code: "KERNEL_DISK_FULL", facts: { path: root } });
    expect(await readFile(given, "utf8")).toBe("a file of twenty bytes");
    expect(await readdir(join(root, "tmp"))).toEqual([]);
    expect(await allOf(store.list())).toHaveLength(1);
    expect((await store.put(bytes)).digest).toBe(digest);
    expect(await fileObjects({ root, quotaBytes: 26 }).put(more)).toEqual({ digest: digestBytes(more), sizeBytes: 16 });
    await fileObjects({ root }).remove(digest);
    expect((await store.put(new TextEncoder().encode("short"))).sizeBytes).toBe(5);
  });

  test("puts at the same time share the quota", async () => {
    const store = fileObjects({ root: await temporaryFolder(), quotaBytes: 50 });
    const puts = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => store.put(new Uint8Array(10).fill(i))));
    expect(puts.filter((put) => put.status === "fulfilled")).toHaveLength(5);
  });

  test("unfinished writes of killed processes go after an hour, others stay", async () => {
    const root = await temporaryFolder();
    await mkdir(join(root, "tmp"));
    for (const name of ["1-old", "2-young"]) await writeFile(join(root, "tmp", name), "half");
    await utimes(join(root, "tmp", "1-old"), 1000, 1000);
    await utimes(join(root, "tmp", "2-young"), 1000 + 3000, 1000 + 3000);
    await fileObjects({ root, clock: fakeClock(5_000_000) }).put(bytes);
    expect(await readdir(join(root, "tmp"))).toEqual(["2-young"]);
  });

  test("putting an object again makes it young, so that a collection spares it", async () => {
    const clock = fakeClock(1_000_000);
    const store = fileObjects({ root: await temporaryFolder(), clock });
    const modified = async () => (await allOf(store.list()))[0]?.modifiedMs;
    await store.put(bytes);
    expect(await modified()).toBe(1_000_000);
    clock.advance(500);
    await store.put(bytes);
    expect(await modified()).toBe(1_000_500);
  });

  test("a file that is given away counts as young, however old it is", async () => {
    const clock = fakeClock(9_000_000);
    const store = fileObjects({ root: await temporaryFolder(), clock });
    const path = join(await temporaryFolder(), "old");
    await writeFile(path, bytes);
    await utimes(path, 1, 1);
    await store.put({ path, take: true });
    expect((await allOf(store.list()))[0]?.modifiedMs).toBe(9_000_000);
  });

  test("foreign files in the folder are passed over", async () => {
    const root = await temporaryFolder();
    const store = fileObjects({ root });
    const { digest } = await store.put(bytes);
    await writeFile(join(root, "sha256", "README"), "mine");
    await writeFile(join(root, "sha256", digest.slice(7, 9), "half.tmp"), "mine");
    expect((await allOf(store.list())).map((object) => object.digest)).toEqual([digest]);
  });

  test("any damage to any byte is found", async () => {
    const root = await temporaryFolder();
    const random = randomStream(1, "damage");
    const content = Uint8Array.from({ length: 5000 }, () => random.integer(256));
    const { digest } = await fileObjects({ root }).put(content);
    const path = objectPath(root, digest);
    await chmod(path, 0o600);
    for (let round = 0; round < 20; round++) {
      const damaged = content.slice();
      damaged[random.integer(damaged.length)]! ^= 1 << random.integer(8);
      await writeFile(path, round % 5 === 0 ? damaged.subarray(0, random.integer(5000)) : damaged);
      await expect(fileObjects({ root }).get(digest)).rejects.toMatchObject({ code: "ADAPTERS_OBJECT_CORRUPT" });
    }
  });

  test("a folder that cannot be written is said to be so", async () => {
    const root = await temporaryFolder();
    const { digest } = await fileObjects({ root }).put(bytes);
    await chmod(root, 0o555);
    await chmod(join(root, "tmp"), 0o555);
    // Root may write everywhere: the trial runs as nobody.
    const script = `
      const { fileObjects } = await import(${JSON.stringify(new URL("./index.ts", import.meta.url).href)});
      if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534); }
      const store = fileObjects({ root: ${JSON.stringify(root)} });
      const seen = await store.get(${JSON.stringify(digest)}).then((b) => b.length);
      const code = await store.put(new Uint8Array([1])).catch((error) => error.code);
      console.log(JSON.stringify([seen, code]));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
    await chmod(root, 0o755);
    expect(JSON.parse(stdout)).toEqual([bytes.length, "KERNEL_FOLDER_READ_ONLY"]);
  });
});
