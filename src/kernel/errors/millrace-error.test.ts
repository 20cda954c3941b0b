import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { invariant, isMillraceError, MillraceError } from "./millrace-error.ts";
import { type ErrorCode, errorTable } from "./table.ts";

describe("MillraceError", () => {
  test("carries its code, its next step and its place in the table", () => {
    const cause = new Error("below");
    const error = new MillraceError("KERNEL_FILE_MISSING", {
      message: "There is no file a.csv.",
      next: "Check the path.",
      cause,
    });
    expect(error).toBeInstanceOf(Error);
    expect(error.spec).toMatchObject({ exit: 5, http: 404, retryable: false });
    expect([error.message, error.next, error.facts, error.cause]).toEqual([
      "There is no file a.csv.",
      "Check the path.",
      {},
      cause,
    ]);
  });

  test("crosses a border and comes back equal", () => {
    const codes = Object.keys(errorTable) as ErrorCode[];
    fc.assert(
      fc.property(
        fc.constantFrom(...codes),
        fc.string(),
        fc.string(),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (code, message, next, facts) => {
          const plain = JSON.parse(JSON.stringify(facts));
          const error = new MillraceError(code, { message, next, facts: plain });
          const back = MillraceError.fromJSON(JSON.parse(JSON.stringify(error)));
          expect(back.toJSON()).toEqual(error.toJSON());
          expect(isMillraceError(back)).toBe(true);
        },
      ),
    );
  });

  test("of an unknown code becomes a fault that keeps the code", () => {
    for (const code of ["NEWER_CODE", "toString", undefined]) {
      const error = MillraceError.fromJSON({ code });
      expect(error.code).toBe("KERNEL_INVARIANT_BROKEN");
      expect(error.facts).toEqual({ unknownCode: String(code) });
    }
  });

  test("is told from other errors, also when another copy of the package made it", () => {
    expect(isMillraceError({ [Symbol.for("millrace.error")]: true })).toBe(true);
    expect([new Error("x"), null, undefined, "x", {}].some(isMillraceError)).toBe(false);
  });
});

test("invariant stops where a promise is broken", () => {
  expect(() => invariant(1 + 1 === 2, "arithmetic")).not.toThrow();
  expect(() => invariant(false, "The list is empty.", { length: 0 })).toThrow(
    expect.objectContaining({ code: "KERNEL_INVARIANT_BROKEN", message: "The list is empty.", facts: { length: 0 } }),
  );
});
