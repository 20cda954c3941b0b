import type { Frame } from "@millrace/program";
import { expect, test } from "vitest";
import type { Guardrail } from "./model.ts";
import { waiveFindings } from "./waive.ts";

const numbers = { type: "number", values: Float64Array.of(1, 2) } as const;
const frame: Frame = {
  rows: 2,
  columns: new Map([
    ["bill", numbers],
    ["age", numbers],
  ]),
};
const leak: Guardrail = {
  name: "leakagePower",
  column: "bill",
  verdict: "block",
  evidence: "It tells all.",
  facts: {},
};

test("a waived finding warns, and says who let it through and why", () => {
  const by = { finding: "leakagePower:bill", by: "Ada", reason: "known before.", signed: true };
  expect(waiveFindings(frame, [leak], [by])).toEqual([
    {
      ...leak,
      verdict: "warn",
      evidence: "Waived by Ada (signed), because known before: It tells all.",
      facts: { waived: true, by: "Ada", reason: "known before.", signed: true },
    },
  ]);
  expect(waiveFindings(frame, [leak], ["leakagePower:bill"])[0]).toMatchObject({
    verdict: "warn",
    evidence: "Waived by the configuration: It tells all.",
  });
});

test("a waiver of one guardrail lets no other through", () => {
  const [found, idle] = waiveFindings(frame, [leak], ["leakagePresence:bill"]);
  expect(found).toEqual(leak);
  expect(idle).toMatchObject({ column: "bill", verdict: "pass", evidence: expect.stringContaining("can go") });
});

test("a waiver of what is not there is refused with the nearest name", () => {
  const asked = (waiver: string) => () => waiveFindings(frame, [leak], [waiver]);
  expect(asked("leakagePowr:bill")).toThrow(/did you mean leakagePower/);
  expect(asked("leakagePower:bil")).toThrow(/did you mean bill/);
});
