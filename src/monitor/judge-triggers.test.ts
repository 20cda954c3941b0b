import { describe, expect, test } from "vitest";
import { judgeTriggers, triggerPolicySchema } from "./index.ts";
import { currentOf, frameOf, look } from "./testing/churn-windows.ts";

describe("triggers", () => {
  const policy = (options: object = {}) => triggerPolicySchema.parse(options);
  const hour = 3_600_000;
  const steady = look(currentOf(300, 20, 0.25));
  const drifted = look(currentOf(600, 21, 0.25, frameOf(600, 21, 30)), { important: ["age"] });
  const worse = look(currentOf(1500, 22, 0.05));

  test("fire for drift of important columns, for a significant drop, and not otherwise", () => {
    expect(judgeTriggers(policy(), steady, { nowMs: 0 })).toEqual({ fire: false, reasons: [], heldBack: null });
    const byDrift = judgeTriggers(policy({ driftShare: null }), drifted, { nowMs: 0 });
    expect(byDrift).toMatchObject({ fire: true, reasons: ["Important input columns drifted: age."] });
    expect(judgeTriggers(policy({ importantColumns: false, driftShare: 0.6 }), drifted, { nowMs: 0 }).fire).toBe(false);
    expect(judgeTriggers(policy({ importantColumns: false }), worse, { nowMs: 0 }).reasons[0]).toContain(
      "rocAucScore is worse by",
    );
    expect(judgeTriggers(policy({ metricDrop: { atLeast: 0.9 } }), worse, { nowMs: 0 }).fire).toBe(false);
    expect(judgeTriggers(policy({ metricDrop: null }), worse, { nowMs: 0 }).fire).toBe(false);
  });

  test("fire on a schedule and on new labels, whatever the window's size", () => {
    const small = look(currentOf(5, 23, 0));
    expect(judgeTriggers(policy({ everyHours: 24 }), small, { nowMs: 30 * hour, lastTrainedMs: 0 }).fire).toBe(true);
    expect(judgeTriggers(policy({ everyHours: 24 }), small, { nowMs: 20 * hour, lastTrainedMs: 0 }).fire).toBe(false);
    expect(judgeTriggers(policy({ newLabels: 50 }), small, { nowMs: 0, labelledSinceTraining: 50 }).fire).toBe(true);
  });

  test("are held back by the cooldown and by small windows, and say so", () => {
    const history = { nowMs: 5 * hour, lastFiredMs: 0 };
    const resting = judgeTriggers(policy({ cooldownHours: 6 }), drifted, history);
    expect(resting).toMatchObject({ fire: false, heldBack: expect.stringContaining("rests for 6 h") });
    expect(judgeTriggers(policy({ cooldownHours: 5 }), drifted, history).fire).toBe(true);
    const small = judgeTriggers(policy({ minimumRows: 700 }), drifted, { nowMs: 0 });
    expect(small).toMatchObject({ fire: false, heldBack: expect.stringContaining("fewer than 700") });
    expect(() => policy({ driftshare: 1 })).toThrow();
  });
});
