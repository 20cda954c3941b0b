import { describe, expect, test } from "vitest";
import { newId } from "./ids.ts";

describe("newId", () => {
  test("is the prefix and a UUIDv7 with its time", () => {
    const id = newId("run", 0x0123456789ab);
    expect(id).toMatch(/^run_01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(newId("run", 0).slice(0, 17)).toBe("run_00000000-0000");
    expect(newId("art", 1.7)).toMatch(/^art_00000000-0001-7/);
  });

  test("is new each time, and sorts by time, within a millisecond too", () => {
    const ids = Array.from({ length: 4000 }, (_, i) => newId("evt", 1000 + Math.floor(i / 2000)));
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
  });

  test("stays unique where more are made in a millisecond than can be counted", () => {
    const ids = Array.from({ length: 10_000 }, () => newId("evt", 5));
    expect(new Set(ids).size).toBe(ids.length);
  });
});
