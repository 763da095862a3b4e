import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { isJsonObject, type Json } from '../../domain/json.ts'

/** The turns of the user, what the system says before the first; one alone where there is but one. */
export function promptOf(question: Json | undefined): Json {
  const turns = (Array.isArray(question) ? question : []).map((turn: Json) =>
    (Array.isArray(turn) ? turn : [])
      .flatMap((message: Json) => (isJsonObject(message) ? [String(message.content ?? '')] : []))
      .join('\n\n'),
  )
  // In an empty turn only the functions change.
  const said = turns.filter((words) => words.trim() !== '')
  return said.length === 1 ? (said[0] ?? '') : said
}

/** None of a file that is not there. */
export async function linesOf(file: string): Promise<readonly string[]> {
  const lines: string[] = []
  try {
    for await (const line of createInterface({
      input: createReadStream(file),
      crlfDelay: Number.POSITIVE_INFINITY,
    }))
      if (line.trim() !== '') lines.push(line)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  return lines
}
