/** What only a person can write, and where the card and the packs ask for it. */
export const cardQuestions = {
  users: { asked: "Who uses it, who is affected by it, and what do they do with the answer?" },
  alternatives: { asked: "What is done without it, and which other ways were considered?" },
  method: { asked: "Why is this kind of model right for the question? Which theory or experience speaks for it?" },
  collection: { asked: "How were the data collected and chosen, and whom do they leave out?" },
  labelling: { asked: "How did the answers that it learns from come about, and how sure are they?" },
  metrics: { asked: "Why do these metrics measure what matters here?" },
  interaction: {
    asked: "With which systems does it work together, and in which form and on what hardware does it run?",
  },
  instructions: { asked: "What must those know who use its answers?" },
  oversight: { asked: "Who watches it, who can overrule or stop it, and how?" },
  security: { asked: "How are model, data and endpoint protected from tampering and misuse?" },
  monitoring: { asked: "What is watched after it goes live, how often, and who acts on it?" },
  changes: { asked: "Which changes are planned from the start, and how is a change decided?" },
  roles: { asked: "Who develops, who validates independently, who approves, and who audits?" },
  reporting: { asked: "Who gets which reports on how it does, and who may ask for a review?" },
  riskManagement: { asked: "How are risks found, weighed and treated over its life, and what remains?" },
  standards: { asked: "Which standards were applied, in full or in part, or what was done instead?" },
  declaration: { asked: "Where is the signed declaration of conformity?" },
  withoutSensitive: {
    asked: "If no sensitive column is watched: why not, and how is unequal treatment found instead?",
  },
} as const;

export type CardQuestion = keyof typeof cardQuestions;
export type WrittenAnswers = { readonly [K in CardQuestion]?: string | undefined };
