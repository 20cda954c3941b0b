export { type ColumnFinding, describeQuality, type QualityReport } from "./describe-quality.ts";
export { type DuplicateReport, findDuplicates } from "./find-duplicates.ts";
export { findPersonalData, type PersonalFinding } from "./find-personal-data.ts";
export { type Anonymity, kAnonymity } from "./k-anonymity.ts";
export { type Mask, maskColumns, maskSchema } from "./mask.ts";
export { type ProposedCleaning, proposeCleaning } from "./propose-cleaning.ts";
export { type MergeProposal, proposeMerges } from "./propose-merges.ts";
export { findSimilarTexts, type SimilarTexts } from "./similar-texts.ts";
