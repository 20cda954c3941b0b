export { describeHumanLevel, type HumanLevel, measureRaters, type RaterLevel } from "./measure-raters.ts";
