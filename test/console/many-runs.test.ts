import { monitorEventLoopDelay } from "node:perf_hooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seedManyRuns } from "./seed/seed-project.ts";
import { type SeededServer, seededServer } from "./seeded-server.ts";

const runs = 10_000;
let project: SeededServer<void>;

beforeAll(async () => {
  project = await seededServer((stores) => seedManyRuns(stores, runs, Date.now()));
}, 180_000);
afterAll(() => project.close());

async function timed(
  path: string,
): Promise<{ readonly ms: number; readonly page: { runs: { id: string }[]; next: string } }> {
  const began = performance.now();
  const answer = await fetch(project.server.url + path);
  const page = (await answer.json()) as { runs: { id: string }[]; next: string };
  expect(answer.status, path).toBe(200);
  return { ms: performance.now() - began, page };
}

describe(`with ${runs} runs`, () => {
  it("the list and the overview answer in well under a second", async () => {
    const list = await timed("/api/v1/runs");
    expect(list.page.runs).toHaveLength(50);
    expect(list.ms).toBeLessThan(1000);
    expect((await timed("/api/v1/overview")).ms).toBeLessThan(1000);
    expect((await timed("/api/v1/runs")).ms).toBeLessThan(300);
  });

  it("every page is as quick as the first, and no page holds the event loop", async () => {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const seen = new Set<string>();
    let slowest = 0;
    for (let cursor: string | null = ""; cursor !== null; ) {
      const { ms, page } = await timed(
        `/api/v1/runs?limit=200${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      slowest = Math.max(slowest, ms);
      for (const run of page.runs) seen.add(run.id);
      cursor = page.next;
    }
    delay.disable();
    expect(seen.size).toBe(runs);
    expect(slowest).toBeLessThan(2000);
    expect(delay.percentile(50) / 1e6).toBeLessThan(50);
  });
});
