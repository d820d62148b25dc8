export { EventFile, type EventFileOptions } from './event-file.js';
export type { EventContents, EventImage, EventValue } from './event.js';
export { histogramOfShares, type Histogram } from './histogram.js';
