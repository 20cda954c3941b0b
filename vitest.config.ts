import { defineConfig } from "vitest/config";

/** Slow: what starts processes, kills them or trains for long. `npm run check` leaves these out, `npm test` runs all. */
const slow = ["src/**/*.slow.test.ts", "program/**/*.slow.test.ts"];
/** What looks at the clock, or turns the whole house: nothing else runs beside these. */
const alone = ["test/loop/demo.test.ts", "test/console/browser.test.ts", "test/console/many-runs.test.ts"];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    setupFiles: ["src/testing/own-temporary-folder.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "program/**/*.test.ts", "test/layers/*.test.ts"],
          exclude: slow,
          // Modules are loaded once a worker, not once a file: nearly half of the time was imports. So a unit test leaves no
          // trace in its process; what changes its environment puts it back, and what needs a process of its own is slow.
          isolate: false,
        },
      },
      { extends: true, test: { name: "slow", include: slow } },
      {
        extends: true,
        test: {
          name: "house",
          include: ["test/**/*.test.ts"],
          exclude: ["test/layers/*.test.ts", ...alone],
        },
      },
      { extends: true, test: { name: "alone", include: alone, fileParallelism: false, sequence: { groupOrder: 1 } } },
    ],
  },
});
