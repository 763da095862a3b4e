import { basename, relative } from 'node:path'

/** How this program was called, so that the commands it proposes can be typed as they stand. */
export function commandPrefix(): string {
  const program = process.argv[1] ?? ''
  if (basename(program) !== 'main.js') return 'calltrail'
  const home = process.env.CALLTRAIL_HOME
  return `${home ? `CALLTRAIL_HOME=${quoted(home)} ` : ''}node ${quoted(relative('.', program))}`
}

/** Arguments as they can be typed. */
export function commandLine(words: readonly string[]): string {
  return words.map(quoted).join(' ')
}

/** As a POSIX shell reads it as one word. */
function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
