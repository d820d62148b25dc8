/** Reads event files with code that shares nothing with the writer: the package `tfrecord`, and protobufjs by the schema. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { RecordReader } from 'tfrecord';

/** The parts of tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto that TensorBoard's plugins read. */
const SCHEMA = `
  syntax = "proto3";
  message Event {
    double wall_time = 1;
    int64 step = 2;
    oneof what { string file_version = 3; Summary summary = 5; SessionLog session_log = 7; }
  }
  message SessionLog { int32 status = 1; }
  message Summary { repeated Value value = 1; }
  message Value {
    string tag = 1;
    oneof value { float simple_value = 2; Image image = 4; Histogram histo = 5; }
  }
  message Image { int32 height = 1; int32 width = 2; int32 colorspace = 3; bytes encoded_image_string = 4; }
  message Histogram {
    double min = 1; double max = 2; double num = 3; double sum = 4; double sum_squares = 5;
    repeated double bucket_limit = 6; repeated double bucket = 7;
  }`;

const { root } = protobuf.parse(SCHEMA, { keepCase: true });
const eventType = root.lookupType('Event');

export interface ReadHistogram {
  min: number;
  max: number;
  num: number;
  sum: number;
  sum_squares: number;
  bucket_limit: number[];
  bucket: number[];
}

export interface ReadValue {
  tag: string;
  simple_value?: number;
  image?: { height: number; width: number; colorspace: number; encoded_image_string: Uint8Array };
  histo?: ReadHistogram;
}

export interface ReadEvent {
  wall_time: number;
  step: number;
  file_version?: string;
  session_log?: { status: number };
  summary?: { value: ReadValue[] };
}

/**
 * The events of a file.
 *
 * @throws Error when it is cut short, a checksum is wrong, or an event is none
 */
export async function readEvents(path: string): Promise<ReadEvent[]> {
  const reader = await RecordReader.create(path);
  try {
    const events: ReadEvent[] = [];
    for (;;) {
      const record = await reader.readRecord();
      if (record === null) return events;
      const decoded = eventType.toObject(eventType.decode(record.slice()), { longs: Number });
      events.push({ step: 0, ...decoded } as ReadEvent);
    }
  } finally {
    await reader.close();
  }
}

/** Paths of the event files of a folder, in the order in which TensorBoard reads them. */
export function eventFiles(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}
