export { type TermRule, type Terms, termReader, termTexts } from "./terms.ts";
export { compareUtf8 } from "./utf8-order.ts";
