/** An answer as it is compared: neither case nor the kind and number of spaces count. */
export function plainText(text: string): string {
  return text.trim().replace(/\s+/gu, ' ').toLowerCase()
}
