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
  /** Comments that stood in the message's text, without their number sign. */
  readonly comments?: readonly string[];
}

/** A message without fields of its own: that it is there is what it says. */
export type EmptyMessage = Message;

export interface FieldPath extends Message {
  readonly step?: readonly string[];
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
  readonly embeddingType?: string;
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

export interface StructDomain extends Message {
  readonly feature?: readonly Feature[];
  readonly sparseFeature?: readonly SparseFeature[];
}

export interface TokenConstraint extends Message {
  readonly intValue?: number;
  readonly stringValue?: string;
  readonly minPerSequence?: number;
  readonly maxPerSequence?: number;
  readonly minFractionOfSequences?: number;
  readonly maxFractionOfSequences?: number;
}

export interface NaturalLanguageDomain extends Message {
  readonly vocabulary?: string;
  readonly coverage?: {
    readonly minCoverage?: number;
    readonly minAvgTokenLength?: number;
    readonly excludedStringTokens?: readonly string[];
    readonly excludedIntTokens?: readonly number[];
    readonly oovStringTokens?: readonly string[];
  } & Message;
  readonly tokenConstraints?: readonly TokenConstraint[];
  readonly sequenceLengthConstraints?: {
    readonly excludedIntValue?: readonly number[];
    readonly excludedStringValue?: readonly string[];
    readonly minSequenceLength?: number;
    readonly maxSequenceLength?: number;
  } & Message;
}

export interface ImageDomain extends Message {
  readonly minimumSupportedImageFraction?: number;
  readonly maxImageByteSize?: number;
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
  readonly valueCounts?: { readonly valueCount?: readonly ValueCountRange[] } & Message;
  readonly naturalLanguageDomain?: NaturalLanguageDomain;
  readonly imageDomain?: ImageDomain;
  readonly midDomain?: EmptyMessage;
  readonly urlDomain?: EmptyMessage;
  readonly structDomain?: StructDomain;
  readonly timeOfDayDomain?: TimeDomain;
  readonly audioDomain?: EmptyMessage;
  readonly videoDomain?: EmptyMessage;
  readonly contentChunkDomain?: EmptyMessage;
  readonly validationDerivedSource?: {
    readonly deriverName?: string;
    readonly description?: string;
    readonly sourcePath?: readonly FieldPath[];
    readonly declarativelyConfigured?: boolean;
  } & Message;
  readonly sequenceMetadata?: {
    readonly sequentialStatus?: string;
    readonly jointGroup?: string;
    readonly sequenceTruncationLimit?: number;
  } & Message;
}

export interface SparseFeature extends Message {
  readonly name?: string;
  readonly deprecated?: boolean;
  readonly presence?: FeaturePresence;
  readonly denseShape?: FixedShape;
  readonly indexFeature?: readonly ({ readonly name?: string } & Message)[];
  readonly lifecycleStage?: string;
  readonly isSorted?: boolean;
  readonly valueFeature?: { readonly name?: string } & Message;
  readonly type?: FeatureType;
}

export interface WeightedFeature extends Message {
  readonly name?: string;
  readonly feature?: FieldPath;
  readonly weightFeature?: FieldPath;
  readonly lifecycleStage?: string;
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
  readonly sparseFeature?: readonly SparseFeature[];
  readonly weightedFeature?: readonly WeightedFeature[];
  readonly floatDomain?: readonly FloatDomain[];
  readonly intDomain?: readonly IntDomain[];
  readonly tensorRepresentationGroup?: readonly Message[];
  readonly representVariableLengthAsRagged?: boolean;
}
