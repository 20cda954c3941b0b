import { expect, test } from "vitest";
import { fakeClock, isoTime, systemClock } from "./clock.ts";

test("a fake clock stands still until it is moved", () => {
  const clock = fakeClock(5);
  expect([clock.nowMs(), clock.nowMs()]).toEqual([5, 5]);
  clock.advance(10);
  expect(clock.nowMs()).toBe(15);
});

test("the system's clock gives whole milliseconds since 1970", () => {
  expect(Number.isInteger(systemClock.nowMs())).toBe(true);
  expect(systemClock.nowMs()).toBeGreaterThan(Date.UTC(2024, 0));
});

test("times are written in UTC", () => {
  expect(isoTime(Date.UTC(2002, 6, 31, 23, 59, 59, 7))).toBe("2002-07-31T23:59:59.007Z");
});
