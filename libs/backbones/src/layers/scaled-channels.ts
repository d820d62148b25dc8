/** Channels of a network made `width` times as wide: the nearest whole number, at least 1. */
export function scaledChannels(channels: number, width: number): number {
  return Math.max(1, Math.round(channels * width));
}
