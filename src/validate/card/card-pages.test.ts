import { expect, test } from "vitest";
import { cardHtml, cardMarkdown } from "./card-pages.ts";

const hostile = [
  "# a heading",
  "- an item",
  "+ an item",
  "1. first",
  "---",
  "===",
  "~~~ code",
  "a\n\n# b",
  "| a | b |",
  "<img src=x onerror=alert(1)>",
  "[a](javascript:alert(1))",
  "**bold** _soft_ `code`",
];

test("text from outside opens no heading, list, rule, code, cell, link or tag in Markdown", () => {
  for (const text of hostile) {
    const page = cardMarkdown("card", [{ title: "Part", blocks: [{ kind: "text", text }] }]);
    const told = page.split("## Part\n\n")[1]!.trim();
    expect(told.split("\n"), text).toHaveLength(1);
    expect(told, text).not.toMatch(/^(#{1,6}\s|[-+*]\s|\d+[.)]\s|-{2,}|={2,}|~{3,}|\|)/);
    expect(told, text).not.toMatch(/(^|[^\\])[[\]`*_|<>]/);
  }
  const cells = [{ kind: "table" as const, head: ["a", "b"], rows: [["x | y", "-0.5"]] }];
  expect(cardMarkdown("card", [{ title: "Part", blocks: cells }])).toContain("| x \\| y | -0.5 |");
});

test("and no tag in HTML", () => {
  for (const text of hostile) {
    const blocks = [
      { kind: "text" as const, text },
      { kind: "list" as const, items: [text] },
    ];
    const page = cardHtml(text, [{ title: "Part", blocks }]);
    expect(page).not.toMatch(/<img|<script/);
  }
});
