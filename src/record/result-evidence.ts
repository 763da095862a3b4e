import type { CarriedResult, Evidence } from '../domain/entry.ts'
import { isJsonObject, type Json, readJson } from '../domain/json.ts'
import type { Redactor } from '../domain/redactor.ts'
import { contentText } from '../domain/tool-result.ts'
import { canonical } from './canonical.ts'
import type { SaidResult } from './observation.ts'

// A client hands a result on as it likes: as the text that the server sent, as its structured content, as both, and with words
// of its own around them. So the call has a fingerprint of each, and the request that carries it one of each reading.

/** Shorter ones say nothing: `ok` is the result of many calls. */
const shortestResult = 8
/** Of one carried result. */
const mostReadings = 8
/** UTF-16 units or bytes: to write more JSON anew would hold the call up. */
const longestData = 64 * 1024

/** What the server said in a result of so many bytes, as it is found again in the next model request. */
export function resultEvidence(
  { text, structured }: SaidResult,
  bytes: number,
  redactor: Redactor,
): Evidence {
  const said = text.trim()
  const data = isJsonObject(structured) && bytes <= longestData ? canonicalText(structured) : null
  return {
    ...(said.length >= shortestResult && { resultHash: redactor.fingerprint(said) }),
    ...(data !== null &&
      (said || data).length >= shortestResult && { structuredResultHash: redactor.fingerprint(data) }),
  }
}

export function carriedResult(
  { callId, text }: { readonly callId: string; readonly text: string },
  redactor: Redactor,
): CarriedResult {
  return { callId, hashes: resultReadings(text).map((reading) => redactor.fingerprint(reading)) }
}

/** All that the text may be of what a server said, the text itself first; so many at most. */
export function resultReadings(text: string): readonly string[] {
  const readings = new Set<string>()
  const texts = [text.trim()]
  for (const each of texts) {
    if (readings.size >= mostReadings) break
    if (each === '' || readings.has(each)) continue
    readings.add(each)
    const data = jsonIn(each)
    const canonicalData = data === undefined ? null : canonicalText(data)
    if (canonicalData !== null) readings.add(canonicalData)
    const within = data === undefined ? textsAround(each) : textsWithin(data)
    texts.push(...within.map((inner) => inner.trim()))
  }
  return [...readings].slice(0, mostReadings)
}

/** What is left without what stands around it: an element, a heading, JSON beside a text. */
function textsAround(text: string): readonly string[] {
  return [...withoutElement(text), ...belowHeading(text), ...besideJson(text)]
}

/** `<name>…</name>` around all of it, or one that stands before or after it. */
function withoutElement(text: string): readonly string[] {
  const [, closed] = /<\/([\w-]{1,64})>$/.exec(text.slice(-70)) ?? []
  const [, opened] = /^<([\w-]{1,64})>/.exec(text) ?? []
  if (closed !== undefined && closed === opened) return [text.slice(closed.length + 2, -(closed.length + 3))]
  const begin = closed === undefined ? -1 : text.lastIndexOf(`<${closed}>`)
  const end = opened === undefined ? -1 : text.indexOf(`</${opened}>`)
  return [
    ...(begin > 0 ? [text.slice(0, begin)] : []),
    ...(end > 0 ? [text.slice(end + `</${opened}>`.length)] : []),
  ]
}

/** Lines of a head, as of a letter, and the last of them ends with a colon. */
const heading = /^(?:[^\n]{0,120}\n){0,5}[^\n]{0,119}:\n/

function belowHeading(text: string): readonly string[] {
  const [head] = heading.exec(text.slice(0, 1024)) ?? []
  return head === undefined ? [] : [text.slice(head.length)]
}

/** JSON in one line, before the text or after it: both are readings. */
function besideJson(text: string): readonly string[] {
  const [first, last] = [text.indexOf('\n'), text.lastIndexOf('\n')]
  if (first < 0) return []
  return [
    ...(jsonIn(text.slice(0, first)) === undefined ? [] : [text.slice(0, first), text.slice(first)]),
    ...(jsonIn(text.slice(last).trim()) === undefined ? [] : [text.slice(last), text.slice(0, last)]),
  ]
}

/** The texts of a result's content in the JSON that it came in, or the one text that the JSON holds. */
function textsWithin(data: Json): readonly string[] {
  const content = isJsonObject(data) ? data.content : data
  if (Array.isArray(content)) return [contentText(content)]
  const values = isJsonObject(data) ? Object.values(data) : []
  return values.length === 1 && typeof values[0] === 'string' ? [values[0]] : []
}

/** An object or a list; undefined for anything else, and for what is long. */
function jsonIn(text: string): Json | undefined {
  const ends = `${text.at(0)}${text.at(-1)}`
  const isData = (ends === '{}' || ends === '[]') && text.length <= longestData
  return isData ? readJson(text) : undefined
}

/** Null for what is nested too deep: it is recorded without, for nothing may hide a call. */
function canonicalText(data: Json): string | null {
  try {
    return canonical(data)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
