import { describe, expect, test } from "vitest";
import { load } from "../../interpreter/load.ts";
import { wideCase } from "../../testing/odd-programs.ts";
import { pickFrom } from "../../testing/parity.ts";
import { randomProgram } from "../../testing/random-program.ts";
import { lowerProgram } from "../lower.ts";
import { shallow } from "./shallow.ts";

/** The deepest nesting of objects that name a form. */
function depth(form: unknown): number {
  if (typeof form !== "object" || form === null) return 0;
  const below = Object.values(form).reduce((most: number, part) => Math.max(most, depth(part)), 0);
  return "k" in form ? below + 1 : below;
}

describe("shallow forms", () => {
  test("are no deeper than they may be, and are written before they are read", () => {
    const { program } = wideCase(700);
    const lowered = shallow(lowerProgram(program, new Map()), 20);
    expect(Math.max(...lowered.statements.map(depth))).toBeLessThanOrEqual(22);
    const known = new Set(lowered.inputs.map(({ number }) => number));
    const reads = (form: unknown): number[] => {
      if (typeof form !== "object" || form === null) return [];
      if ("k" in form && form.k === "num") return [(form as unknown as { slot: number }).slot];
      return Object.values(form).flatMap(reads);
    };
    for (const statement of lowered.statements) {
      if (statement.do !== "num") continue;
      for (const slot of reads(statement.value)) expect(known.has(slot)).toBe(true);
      known.add(statement.slot);
    }
    expect(lowered.numbers).toBe(known.size);
    expect(load({ program, tensors: new Map() }).score({}).score).toBeNull();
  });

  test("leave programs alone that nest little", () => {
    for (let seed = 0; seed < 20; seed++) {
      const { program, tensors } = randomProgram(pickFrom(seed));
      const lowered = lowerProgram(program, tensors);
      expect(shallow(lowered, 60)).toEqual(lowered);
    }
  });
});
