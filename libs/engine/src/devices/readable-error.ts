/**
 * The part of a native library's message that is for people: onnxruntime prefixes source paths, function signatures and
 * the condition that failed.
 */
export function readableError(message: string): string {
  const line = message.trim().split('\n')[0] ?? '';
  return line
    .replace(/^.*\bwas false\. /, '')
    .replace(/^\S*\.cc:\d+ .*?\) /, '')
    .replace(/^OrtSessionOptionsAppendExecutionProvider_\w+: /, '')
    .trim();
}
