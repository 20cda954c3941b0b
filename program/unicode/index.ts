export { type TextClasses, textClasses, unicodeVersion } from "./text-classes.ts";
