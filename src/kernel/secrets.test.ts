import { describe, expect, test } from "vitest";
import { isSecretRef, refuseLiteralPassword, resolveSecret, secret } from "./secrets.ts";

describe("secrets", () => {
  test("come from the environment by name", () => {
    const environment = { MILLRACE_SECRET_WAREHOUSE_PASSWORD_2: "hunter2", MILLRACE_SECRET_EMPTY: "" };
    expect(resolveSecret(secret("warehouse-password.2"), environment)).toBe("hunter2");
    expect(resolveSecret(secret("empty"), environment)).toBe("");
  });

  test("that are not set are named with the variable to set", () => {
    expect(() => resolveSecret(secret("api key"), {})).toThrow(
      expect.objectContaining({
        code: "KERNEL_SECRET_MISSING",
        next: expect.stringContaining("MILLRACE_SECRET_API_KEY"),
      }),
    );
  });

  test("are recorded by name only", () => {
    expect(JSON.stringify(secret("a"))).toBe('{"secret":"a"}');
    expect([secret("a"), { secret: "b" }].every(isSecretRef)).toBe(true);
    expect([null, "secret", {}, { secret: 1 }].some(isSecretRef)).toBe(false);
  });

  test.each([
    "postgres://ada:hunter2@db/flights",
    "https://:hunter2@host/x.csv",
    "redis://:hunter2@host",
    "postgres://ada@db/flights?password=hunter2",
    "host=db user=ada password=hunter2",
    "Server=db;PWD=hunter2",
  ])("in clear are refused without being repeated: %s", (address) => {
    try {
      refuseLiteralPassword(address);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "KERNEL_SECRET_LITERAL" });
      expect(String(error)).not.toContain("hunter2");
    }
  });

  test.each([
    "postgres://ada@db:5432/flights",
    "https://example.org/a:b@c.csv",
    "data/a:b@c.csv",
    "https://example.org/reset-password?user=a",
    "C:\\data\\x.csv",
  ])("none in %s", (address) => {
    expect(() => refuseLiteralPassword(address)).not.toThrow();
  });
});
