import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { randomStream } from "#kernel";
import { freePort, millrace, millraceJson, start, stopAll } from "./millrace.ts";

let folder: string;
const random = randomStream(5, "fruit");
const noise = (value: number, spread: number) =>
  Math.max(0, Math.min(255, Math.round(value + spread * (random.uniform() - 0.5))));

/** A disc on a grey ground: lemons are yellow, limes green, and both vary so that no single value tells them apart. */
async function fruit(name: "lemon" | "lime", dark = 1): Promise<Buffer> {
  const [red, green, blue] = name === "lemon" ? [215, 205, 70] : [150, 200, 70];
  const colour = [red, green, blue].map((value) => Math.round(dark * noise(value, 60))).join(",");
  const ground = Math.round(dark * noise(120, 120));
  const radius = 6 + random.integer(5);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="30" height="24"><rect width="30" height="24" fill="rgb(${ground},${ground},${ground})"/><circle cx="${10 + random.integer(10)}" cy="12" r="${radius}" fill="rgb(${colour})"/></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-images-"));
  for (const name of ["lemon", "lime"] as const) {
    await mkdir(join(folder, "fruit", name), { recursive: true });
    for (let k = 0; k < 110; k++) await writeFile(join(folder, "fruit", name, `${k}.png`), await fruit(name));
  }
  await writeFile(join(folder, "fruit", "lime", "broken.png"), "no image");
  // One picture under two names must not be learned from and tested on.
  await writeFile(join(folder, "fruit", "lime", "again.png"), await readFile(join(folder, "fruit", "lime", "0.png")));
});
afterEach(stopAll);
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a folder of images goes through the whole loop: learned, gated, served by image, watched, learned again", {
  timeout: 240_000,
}, async () => {
  const made = await millrace(["init", join(folder, "fruit"), "--out", folder]);
  expect(made.code, made.stderr).toBe(0);
  const config = join(folder, "millrace.config.ts");
  expect(await readFile(config, "utf8")).toContain('{ kind: "images", path: "fruit", content: true }');
  const turned = await millrace(["run", "--project", folder]);
  expect(turned.code, turned.stdout + turned.stderr).toBe(0);
  expect(turned.stdout).toMatch(/On \d+ test rows: ROC AUC (0\.[89]|1\.0)/);
  const again = await millrace(["run", "--project", folder]);
  expect(again.stdout).toMatch(/complete; 0 run, \d+ cached, 0 skipped/);

  // Only the image is asked for, and a file that holds none has no score.
  const scored = await millraceJson<{ predictions: { prediction: string | null }[] }>([
    "score",
    "fruit@champion",
    join(folder, "fruit"),
    "--project",
    folder,
  ]);
  expect(scored.predictions).toHaveLength(222);
  expect(scored.predictions.filter(({ prediction }) => prediction === null)).toHaveLength(1);

  const port = await freePort();
  const running = start(["serve", "--project", folder, "--port", `${port}`]);
  await running.until(/Listening/);
  const endpoint = `http://127.0.0.1:${port}/v1/endpoints/fruit`;
  const post = async (path: string, body: object) =>
    (
      await fetch(`${endpoint}/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      })
    ).json() as Promise<{ predictions: { prediction: string }[] }>;
  const described = (await (await fetch(endpoint)).json()) as { routes: { inputs: { name: string }[] }[] };
  expect(described.routes[0]!.inputs.map(({ name }) => name)).toEqual(["image"]);
  let right = 0;
  for (let k = 0; k < 120; k++) {
    const name = k % 2 === 0 ? "lemon" : "lime";
    // The camera's lamp has failed.
    const image = (await fruit(name, 0.4)).toString("base64");
    const reply = await post("score", { row: { image }, id: `photo-${k}` });
    if (reply.predictions[0]!.prediction === name) right++;
    await post("outcomes", { id: `photo-${k}`, outcome: name });
  }
  expect(right).toBeGreaterThan(40);
  running.interrupt();
  await running.ended;

  // What is watched of an image are its measures, not its text.
  const watched = await millraceJson<{ report: { inputs: { columns: { name: string }[]; drifted: string[] } } }>([
    "monitor",
    "run",
    "--project",
    folder,
  ]);
  const { columns, drifted } = watched.report.inputs;
  expect(columns.map(({ name }) => name).toSorted()).toEqual(
    ["brightness", "bytes", "channels", "contrast", "format", "height", "width"].toSorted(),
  );
  expect(drifted).toContain("brightness");
  expect(drifted).not.toContain("width");

  // The labelled requests are rows to learn from, with the measures that the folder's images have.
  const next = await millrace(["run", "--project", folder]);
  expect([0, 3], next.stdout + next.stderr).toContain(next.code);
  expect(next.stderr).toMatch(/read-traffic/);
  const split = /On (\d+) test rows/.exec(next.stdout)![1];
  expect(Number(split)).toBeGreaterThan(45);
});
