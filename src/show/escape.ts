/** Controls (C0, C1, DEL), format characters (bidi, zero-width, tags), line and paragraph separators, lone surrogates. */
const hostile = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/**
 * Recorded text is hostile: a tool's result may move the cursor, forge a line, or turn the writing around. What a terminal
 * would act on comes out as a visible escape. `multiline` keeps line breaks and tabs; else a break shows as `⏎`.
 */
export function escapeText(
  text: string,
  { multiline = false }: { readonly multiline?: boolean } = {},
): string {
  return text.replace(/\r\n/g, '\n').replace(hostile, (character) => {
    if (character === '\n') return multiline ? '\n' : '⏎'
    if (character === '\t') return multiline ? '\t' : ' '
    return visible(character)
  })
}

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`
}
