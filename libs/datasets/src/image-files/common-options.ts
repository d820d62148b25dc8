import { z } from 'zod';

/** Folder that holds all files of a data set; relative to the folder that Taskweave is started in. */
export const root = z.string().min(1);

/** Threads that decode. More do not change what is read, only how fast. */
export const workers = z.int().min(1).max(64).default(1);

/** A number for red, green and blue. */
export const rgb = z.tuple([z.number(), z.number(), z.number()]);
