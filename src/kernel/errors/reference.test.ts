import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { errorTable } from "./table.ts";

const folder = new URL("../../../docs/reference/errors/", import.meta.url);
const pages = readdirSync(folder).filter((name) => name.endsWith(".md") && name !== "README.md");
const sections = pages.flatMap((page) =>
  readFileSync(new URL(page, folder), "utf8")
    .split(/^## /m)
    .slice(1)
    .map((section) => ({ page, code: section.slice(0, section.indexOf("\n")).trim(), text: section })),
);

describe("the error table and docs/reference/errors", () => {
  test("name the same codes", () => {
    const documented = sections.map((section) => section.code);
    const codes = Object.keys(errorTable);
    expect({
      undocumented: codes.filter((code) => !documented.includes(code)),
      unknown: documented.filter((code) => !codes.includes(code)),
      twice: documented.filter((code, i) => documented.indexOf(code) !== i),
    }).toEqual({ undocumented: [], unknown: [], twice: [] });
  });

  test("keep each code on the page of its room", () => {
    const astray = sections.filter(({ page, code }) => page !== `${code.split("_")[0]!.toLowerCase()}.md`);
    expect(astray.map(({ page, code }) => `${code} in ${page}`)).toEqual([]);
  });

  test("say of each code more than its name", () => {
    const thin = sections.filter(({ code, text }) => text.replace(code, "").trim().split(/\s+/).length < 12);
    expect(thin.map(({ code }) => code)).toEqual([]);
  });

  test("use statuses and exit codes of the contract", () => {
    const odd = Object.entries(errorTable).filter(
      ([, spec]) => ![1, 2, 3, 4, 5, 6, 7, 8, 9, 10].includes(spec.exit) || spec.http < 400 || spec.http > 599,
    );
    expect(odd).toEqual([]);
  });
});
