export { type ForecastMeasureOptions, forecastMeasures } from "./forecast-measures.ts";
export { measureSeries, type SeriesFigures } from "./measure-series.ts";
export { type MeasureOptions, type MeasureSet, measureWithIntervals } from "./measure-set.ts";
export { type NaiveScale, naiveScale } from "./naive-scale.ts";
export { type RankingMeasureOptions, rankingMeasures } from "./ranking-measures.ts";
export { anomalyMeasures, clusterMeasures, compareSets, silhouettesOf } from "./unlabelled-measures.ts";
