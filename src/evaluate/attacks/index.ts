export { type AttackOptions, type Attacks, attackOptionsSchema, attackRows, type RowAttack } from "./attack-rows.ts";
export {
  type AttackTest,
  type AttackTestOptions,
  attackTestSchema,
  describeAttacks,
  measureAttacks,
} from "./measure-attacks.ts";
