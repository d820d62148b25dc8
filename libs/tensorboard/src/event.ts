/**
 * Events as TensorBoard reads them: the messages `Event`, `Summary`, `HistogramProto` and `SessionLog` of TensorFlow
 * (tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto), in the form that every version reads.
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Histogram } from './histogram.js';

/** A picture as TensorBoard shows it. */
export interface EventImage {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and opacity, 3 RGB, 4 RGB and opacity. */
  readonly channels: number;
  readonly png: Uint8Array;
}

/** Something that was measured, under a tag; what stands before the first `/` of it is its group. */
export interface EventValue {
  readonly tag: string;
  readonly value: number | Histogram | EventImage;
}

/** What an event tells. */
export type EventContents =
  /** The first event of a file. */
  | { readonly kind: 'version' }
  /** From this step on, whatever was told before is not so any more. */
  | { readonly kind: 'start' }
  | { readonly kind: 'values'; readonly values: readonly EventValue[] };

const FILE_VERSION = 'brain.Event:2';
const SESSION_START = 1;

/**
 * The bytes of an event.
 *
 * @param seconds since 1970-01-01 UTC
 * @param step 0 or more
 */
export function encodeEvent(seconds: number, step: number, contents: EventContents): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Bit64).double(seconds);
  writer.tag(2, WireType.Varint).int64(step);
  if (contents.kind === 'version') writer.tag(3, WireType.LengthDelimited).string(FILE_VERSION);
  else if (contents.kind === 'start') {
    message(writer, 7, (session) => session.tag(1, WireType.Varint).int32(SESSION_START));
  } else {
    message(writer, 5, (summary) => {
      for (const value of contents.values) message(summary, 1, (inner) => writeValue(inner, value));
    });
  }
  return writer.finish();
}

function writeValue(writer: BinaryWriter, { tag, value }: EventValue): void {
  writer.tag(1, WireType.LengthDelimited).string(tag);
  if (typeof value === 'number') writer.tag(2, WireType.Bit32).float(value);
  else if ('png' in value) message(writer, 4, (image) => writeImage(image, value));
  else message(writer, 5, (histogram) => writeHistogram(histogram, value));
}

function writeImage(writer: BinaryWriter, { width, height, channels, png }: EventImage): void {
  [height, width, channels].forEach((number, i) => writer.tag(i + 1, WireType.Varint).int32(number));
  writer.tag(4, WireType.LengthDelimited).bytes(png);
}

function writeHistogram(
  writer: BinaryWriter,
  { min, max, count, sum, sumOfSquares, limits, counts }: Histogram,
): void {
  [min, max, count, sum, sumOfSquares].forEach((number, i) =>
    writer.tag(i + 1, WireType.Bit64).double(number),
  );
  [limits, counts].forEach((list, i) => {
    writer.tag(i + 6, WireType.LengthDelimited).fork();
    for (const number of list) writer.double(number);
    writer.join();
  });
}

function message(writer: BinaryWriter, field: number, write: (inner: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}
