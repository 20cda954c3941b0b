import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Program, Tensors } from "@millrace/program";
import { type Compiled, compilers } from "@millrace/program/compile";
import { describe, expect, test } from "vitest";
import { type Toolchain, verifyProgram, type Work } from "#package";

/**
 * What every toolchain must do; where it is not installed, it must say so and the rest is skipped.
 *
 * ```ts
 * await toolchainSuite(pythonToolchain, program, tensors);
 * ```
 */
export async function toolchainSuite(toolchain: Toolchain, program: Program, tensors: Tensors): Promise<void> {
  const found = await toolchain.find();
  const { targets, dialect } = toolchain.traits;
  const here = targets.filter((target) => compilers.has(target));

  describe(`the toolchain ${toolchain.name}`, () => {
    test("says its version, or why it is not here", async () => {
      const [[key, value] = []] = Object.entries(await toolchain.find());
      expect(["version", "missing"]).toContain(key);
      expect(value).toMatch(/\S/);
      expect(toolchain).toMatchObject({ kind: "toolchain", version: expect.any(String) });
    });

    describe.skipIf("missing" in found)(`version ${"version" in found ? found.version : "none"}`, () => {
      test.for([...here])("scores golden rows with the export to %s", { timeout: 180_000 }, async (target) => {
        const verdict = await verifyProgram(program, tensors, {
          name: "suite",
          rows: 300,
          targets: [target],
          toolchains: [toolchain],
        });
        expect(verdict.skipped).toEqual([]);
        expect(verdict.parity).toEqual([expect.objectContaining({ target, toolchain: toolchain.name, ok: true })]);
      });

      test.for([...here])("refuses what is no %s", { timeout: 180_000 }, async (target) => {
        const whole = compilers.get(target)!.compile(program, tensors, {
          name: "suite",
          ...(dialect === undefined ? {} : { dialect }),
        });
        const files = whole.files.map(({ path }) => ({ path, content: "this is ( no program in any language" }));
        await withWork(program, { ...whole, files }, async (work) => {
          const done = toolchain.build(work).then(() => toolchain.run(work, { rows: [{}], csv: "temperature\n1\n" }));
          await expect(done).rejects.toMatchObject({
            code: expect.stringMatching(/^PACKAGE_(BUILD|RUN)_FAILED$/),
          });
        });
      });
    });
  });
}

async function withWork(program: Program, compiled: Compiled, use: (work: Work) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-toolchain-"));
  try {
    for (const { path, content } of compiled.files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    await use({ program, compiled, folder, signal: new AbortController().signal, timeLimitMs: 120_000 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
