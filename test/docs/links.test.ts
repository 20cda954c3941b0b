// Every relative link of a page leads to a file, and every page of docs/ can be reached from the index.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";
import { root } from "./run-page.ts";

const below = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => join(root, folder, path));
const pages = [join(root, "README.md"), join(root, "ARCHITECTURE.md"), ...below("docs"), ...below("examples")];

function linksOf(page: string): string[] {
  const prose = readFileSync(page, "utf8").replace(/```[\s\S]*?```/g, "");
  return [...prose.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map((match) => match[1]!)
    .filter((link) => !/^[a-z]+:/.test(link));
}

test.each(pages.map((page) => relative(root, page)))("%s links to files that are there", (page) => {
  const broken = linksOf(join(root, page)).filter((link) => !existsSync(resolve(root, dirname(page), link)));
  expect(broken).toEqual([]);
});

test("every page of docs/ is reached from its index", () => {
  const reached = new Set<string>();
  const follow = (page: string) => {
    if (reached.has(page) || !page.endsWith(".md") || !existsSync(page)) return;
    reached.add(page);
    for (const link of linksOf(page)) follow(resolve(dirname(page), link));
  };
  follow(join(root, "docs", "README.md"));
  const lost = below("docs").filter((page) => !reached.has(page) && !/decisions\/\d|reference\/errors\//.test(page));
  expect(lost.map((page) => relative(root, page))).toEqual([]);
});
