/** Bytes that are nearly right. */

/** With the lowest bit of the last byte changed. */
export const flippedBit = (bytes: Uint8Array): Uint8Array => bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1)
