export { StreamingDataService } from './batch-part-bytes.js';
export { MAX_BATCH_BYTES } from './batch-assembly.js';
export { CHUNK_BYTES, encodeBatch, type Batch } from './batch-stream.js';
export { openBidi, type BidiCall } from './bidi-call.js';
export { callServerStream, callUnary, type StreamOptions, type UnaryOptions } from './client.js';
export {
  connect,
  type ClientConstructor,
  type Connection,
  type MethodName,
  type RequestOf,
  type ResponseOf,
} from './connection.js';
export { fromStatus, toStatus, unavailable, type Peer } from './errors.js';
export { bidi, serverStream, unary, type CallContext } from './handlers.js';
export { checkHealth, waitUntilServing, type Health, type HealthOptions } from './health.js';
export {
  launchInProcess,
  launchProcess,
  type LaunchProcessOptions,
  type ServiceProcess,
} from './launcher.js';
export { CHUNK_HEAD_BYTES, encodeChunk, readChunkHead, type ChunkHead } from './chunk-bytes.js';
export type { MessageSink } from './message-frames.js';
export { receiveStream, type ReceivingCall } from './receive-stream.js';
export { DEFAULT_DEADLINE_MS, MAX_MESSAGE_BYTES } from './limits.js';
export { prefetch } from './prefetch.js';
export {
  readBatches,
  receiveBatches,
  type BatchOptions,
  type BatchRange,
  type BatchSpec,
} from './read-batches.js';
export { runAsProcess } from './run-as-process.js';
export { LOOPBACK, startServer, type RunningServer, type ServerOptions } from './server.js';
export { AllowedFolders, STORAGE_VARIABLE } from './security/allowed-folders.js';
export { checkRunName } from './security/run-name.js';
export type { CallLimits } from './security/call-limits.js';
export { ALLOW_PLAINTEXT } from './security/credentials.js';
export { nameProcess } from './security/process-name.js';
export { TLS_VARIABLES, tlsIsOn, useCertificateFolder } from './security/tls-settings.js';
export type { WorkerMethods } from './worker/messages.js';
export { startWorker, type WorkerClient } from './worker/start-worker.js';
export type { RunningService, ServiceModule, ServiceOptions } from './service.js';
