export {
  describeHumanLevel,
  type HumanLevel,
  lossesOfPeople,
  measureRaters,
  type RaterLevel,
  type RatersRequest,
} from "./measure-raters.ts";
