/** An answer as it is compared: neither case, the kind and number of spaces, nor how accents are encoded count. */
export function plainText(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/gu, ' ').toLowerCase()
}
