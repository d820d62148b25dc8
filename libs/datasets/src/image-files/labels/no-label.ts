/** Label of a pixel that counts neither in a loss nor in a metric: the class, or every channel, is this. */
export const NO_LABEL = 255;
