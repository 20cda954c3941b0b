import type { JsonValue } from "@millrace/program";

/*
 * The schema of TensorFlow Metadata in its JSON names (camelCase). Fields that this file does not know are kept as
 * `unknownFields` of the message they stood in, and written back.
 */

/** A field that was read and not understood: raw text-proto (after the name), or the value of a JSON member. */
export type UnknownField =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly json: JsonValue };

interface Message {
  readonly unknownFields?: readonly UnknownField[];
}

export type FeatureType = "TYPE_UNKNOWN" | "BYTES" | "INT" | "FLOAT" | "STRUCT";

export interface IntDomain extends Message {
  readonly name?: string;
  readonly min?: number;
  readonly max?: number;
  readonly isCategorical?: boolean;
}

export interface FloatDomain extends Message {
  readonly name?: string;
  readonly min?: number;
  readonly max?: number;
  readonly disallowNan?: boolean;
  readonly disallowInf?: boolean;
  readonly isEmbedding?: boolean;
  readonly isCategorical?: boolean;
  readonly embeddingDim?: number;
}

export interface StringDomain extends Message {
  readonly name?: string;
  readonly value?: readonly string[];
  readonly isCategorical?: string;
}

export interface BoolDomain extends Message {
  readonly name?: string;
  readonly trueValue?: string;
  readonly falseValue?: string;
}

export interface TimeDomain extends Message {
  readonly stringFormat?: string;
  readonly integerFormat?: string;
}

export interface FeaturePresence extends Message {
  readonly minFraction?: number;
  readonly minCount?: number;
}

export interface ValueCountRange extends Message {
  readonly min?: number;
  readonly max?: number;
}

export interface FixedShape extends Message {
  readonly dim?: readonly ({ readonly size?: number; readonly name?: string } & Message)[];
}

export interface FeatureComparator extends Message {
  readonly infinityNorm?: { readonly threshold?: number } & Message;
  readonly jensenShannonDivergence?: {
    readonly threshold?: number;
    readonly source?: { readonly type?: string } & Message;
  } & Message;
  readonly normalizedAbsDifference?: { readonly threshold?: number } & Message;
}

export interface Annotation extends Message {
  readonly tag?: readonly string[];
  readonly comment?: readonly string[];
}

export interface Feature extends Message {
  readonly name?: string;
  readonly deprecated?: boolean;
  readonly valueCount?: ValueCountRange;
  readonly type?: FeatureType;
  readonly domain?: string;
  readonly intDomain?: IntDomain;
  readonly floatDomain?: FloatDomain;
  readonly stringDomain?: StringDomain;
  readonly boolDomain?: BoolDomain;
  readonly presence?: FeaturePresence;
  readonly distributionConstraints?: { readonly minDomainMass?: number } & Message;
  readonly annotation?: Annotation;
  readonly groupPresence?: { readonly required?: boolean } & Message;
  readonly skewComparator?: FeatureComparator;
  readonly notInEnvironment?: readonly string[];
  readonly inEnvironment?: readonly string[];
  readonly driftComparator?: FeatureComparator;
  readonly lifecycleStage?: string;
  readonly shape?: FixedShape;
  readonly timeDomain?: TimeDomain;
  readonly uniqueConstraints?: { readonly min?: number; readonly max?: number } & Message;
  readonly validationDerivedSource?: Message;
}

export interface NumericValueComparator extends Message {
  readonly minFractionThreshold?: number;
  readonly maxFractionThreshold?: number;
}

export interface DatasetConstraints extends Message {
  readonly numExamplesDriftComparator?: NumericValueComparator;
  readonly numExamplesVersionComparator?: NumericValueComparator;
  readonly minExamplesCount?: number;
  readonly maxExamplesCount?: number;
}

export interface Schema extends Message {
  readonly feature?: readonly Feature[];
  readonly stringDomain?: readonly StringDomain[];
  readonly defaultEnvironment?: readonly string[];
  readonly annotation?: Annotation;
  readonly datasetConstraints?: DatasetConstraints;
}
