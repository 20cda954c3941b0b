import { z } from "zod";
import { defineStep } from "#pipeline";

/** A step that does nothing. It has a module of its own, because a worker imports it while the bench still runs. */
export const nothing = defineStep({
  module: import.meta.url,
  export: "nothing",
  name: "nothing",
  version: 1,
  kind: "pure",
  weight: "light",
  inputs: { before: { type: "number", optional: true } },
  outputs: { number: { type: "number" } },
  options: z.object({ index: z.number() }),
  run: async (_context, _inputs, { index }) => ({ number: { value: index } }),
});
