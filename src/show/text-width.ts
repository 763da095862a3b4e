import stringWidth from 'string-width'

/** Printable ASCII, and the signs that reports are written with. */
const narrow = /^[ -~·–—…→−]*$/

/** In terminal columns. The library takes a microsecond or more a character. */
export function textWidth(text: string): number {
  return narrow.test(text) ? text.length : stringWidth(text)
}
