import { timeItems } from "./time-items.ts";

/**
 * A timestamp's pattern as a regular expression that means the same in Python and Java, case-insensitive in ASCII only:
 * its source, and the letter of each group.
 */
export function timeExpression(pattern: string): { readonly source: string; readonly letters: string } {
  let source = "";
  let letters = "";
  for (const item of timeItems(pattern)) {
    if (item.letter !== "") letters += item.letter;
    switch (item.kind) {
      case "literal":
        source += item.text.replace(/[!-/:-@[-`{-~]/g, "\\$&");
        break;
      case "oneOf":
        source += `[${item.text}]`;
        break;
      case "space":
        source += " ?";
        break;
      case "digits":
        source += `([0-9]{${item.least},${item.most}})`;
        break;
      case "names":
        source += `(${item.text.split(",").filter(Boolean).join("|")})`;
        break;
      case "offset":
        source += "(Z|[+-][0-9]{2}(?::?[0-9]{2})?)";
    }
  }
  return { source, letters };
}
