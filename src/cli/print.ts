/** What JSON leaves as it is and a terminal acts on: C1 controls, bidi and other format characters, separators. */
const hostile = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu

/** One JSON document on stdout. */
export function printJson(document: unknown): void {
  const text = JSON.stringify(document, null, 2).replace(hostile, (character) =>
    Array.from({ length: character.length }, (_, index) => escapeUnit(character.charCodeAt(index))).join(''),
  )
  process.stdout.write(`${text}\n`)
}

export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
