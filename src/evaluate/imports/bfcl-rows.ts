import { readFile } from 'node:fs/promises'
import { parseJson } from '../../config/parse-json.ts'
import { isJsonObject, type Json, type JsonObject, readJson } from '../../domain/json.ts'
import { describeError, type Location, type Problem, UsageError } from '../../errors.ts'

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

/** A line of a file, which is a JSON object. */
export interface Row {
  /** To the letter. */
  readonly text: string
  readonly value: JsonObject
  readonly location: Location
}

const mostTold = 20

/**
 * The rows of a file, each with the members `needed`; null of a file that is not there. Throws a `UsageError` that names
 * every line which is none: a torn download must not become a smaller suite.
 */
export async function rowsOf(file: string, needed: readonly string[]): Promise<readonly Row[] | null> {
  const lines = await linesOf(file)
  if (lines === null) return null
  const read = lines.flatMap((text, index) =>
    text.trim() === '' ? [] : readRow(text, needed, at(file, index + 1)),
  )
  const problems: readonly Problem[] =
    read.length === 0
      ? [{ location: at(file, 1), message: 'the file is empty' }]
      : read.filter((each) => 'message' in each)
  if (problems.length > 0) throw new UsageError(problems.slice(0, mostTold))
  return read.filter((each) => 'value' in each)
}

const at = (file: string, line: number): Location => ({ file, line, column: 1 })

async function linesOf(file: string): Promise<readonly string[] | null> {
  try {
    return (await readFile(file, 'utf8')).split(/\r?\n/)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new UsageError([{ message: `cannot read ${file}: ${describeError(error)}` }], { cause: error })
  }
}

function readRow(text: string, needed: readonly string[], location: Location): readonly (Row | Problem)[] {
  const value = readJson(text)
  if (value === undefined) return [notJson(text, location)]
  const missing = needed.filter((name) => !isJsonObject(value) || !Object.hasOwn(value, name))
  if (isJsonObject(value) && missing.length === 0) return [{ text, value, location }]
  return [
    {
      location,
      message: `expected a JSON object with ${needed.join(', ')}: there is no ${missing.join(', no ')}`,
    },
  ]
}

function notJson(text: string, location: Location): Problem {
  const hint = 'each line is one JSON object; is the download whole?'
  try {
    parseJson({ file: location.file, folder: '', text })
  } catch (error) {
    const [first] = error instanceof UsageError ? error.problems : []
    if (first?.location)
      return {
        location: { ...location, column: first.location.column },
        message: `no JSON: ${first.message}`,
        hint,
      }
  }
  return { location, message: 'no JSON: neither comments nor commas before a bracket', hint }
}

/** Ids that one of two files has and the other has not are a `UsageError`: one of them is not whole. */
export function checkWhole(
  rows: readonly Row[],
  answers: readonly Row[],
  { rowFile, answerFile }: Pair,
): void {
  const problems = [
    ...strays(rows, answers, `without an answer in ${answerFile}`),
    ...strays(answers, rows, `answered without a question in ${rowFile}`),
  ]
  if (problems.length > 0) throw new UsageError(problems)
}

interface Pair {
  readonly rowFile: string
  readonly answerFile: string
}

function strays(rows: readonly Row[], others: readonly Row[], message: string): readonly Problem[] {
  const known = new Set(others.map(idOf))
  const alone = rows.filter((row) => !known.has(idOf(row)))
  const [first] = alone
  if (!first) return []
  const more = alone.length > 1 ? ` (and ${alone.length - 1} more)` : ''
  return [
    { location: first.location, message: `${idOf(first)}${more} ${message}`, hint: 'is the download whole?' },
  ]
}

export function idOf({ value }: Row): string {
  return String(value.id)
}
