/**
 * Name of the entries that a profiling engine leaves in the performance timeline (`performance.getEntriesByName`) for
 * the updates of state in host memory, one a call; the program's name is their detail. onnxruntime's own profile tells of
 * all the rest.
 */
export const UPDATE_MEASURE = 'taskweave:update';
