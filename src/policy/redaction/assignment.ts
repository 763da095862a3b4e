import { secretNameKind } from './key-names.ts'
import type { Span } from './span.ts'

/** Source of a character as HTML writes it, escaped again or not, or a script. */
function coded(names: string, decimal: string, hex: string): string {
  const reference = `${names}|#0{0,6}(?:${decimal})|#[xX]0{0,6}(?:${hex})`
  return `&(?:amp;){0,4}(?:${reference});|\\\\{1,8}(?:u00|x)(?:${hex})`
}

/** Source of a quote, in JSON within JSON, HTML or a script as well. */
export const anyQuote = `(?:\\\\{0,8}["'\`]|${coded('quot|apos', '34|39', '2[27]')})`

const codedEquals = coded('equals', '61', '3[dD]')
/** Source of a colon or an equals sign that is not written as such. */
export const codedSign = `(?:${codedEquals}|${coded('colon', '58', '3[aA]')})`

/** Source of what may stand between a name and its value. */
export const assignmentSign = `(?:${anyQuote}|\\\\{0,8})\\s{0,4}(?:=>|:=|=(?!=)|:(?![:/])|(?<= )|>|&gt;|${codedSign})\\s{0,4}`

const longestElement = 2048
const separator = new RegExp(`(?:${anyQuote}|\\\\*)\\s*(?:=>|:=|=|:|&gt;|>|${codedSign})?\\s*$`)
const signAtEnd = new RegExp(`(?:[=:]>?|${codedSign})\\s*$`)
/** In characters, with all the escapes around it. */
const longestSign = 40
const equalsAtEnd = new RegExp(`(?:=|${codedEquals})$`)
const quote = new RegExp(anyQuote, 'y')
const scheme = /(?:bearer|basic|token|digest|negotiate|apikey)\s{1,4}/iy
const cookieName = /[^\s"'=;\\]{1,128}=/y
/** More pairs, and values in quotes of their own. */
const cookieRest = /[^\r\n"'\\]{1,4096}|(?<==)\\{0,8}"[^\r\n"\\]{0,4096}\\{0,8}"/y
const bareRun = /[^\s"'`,;&<>(){}[\]\\]{1,4096}/y
const shortestBare = 3

/** Types, defaults and references: what stands after a name in code, schemas and manuals instead of a secret. */
const noSecret =
  /^(?:(?:process\.env|os\.environ|env|self|this|config|settings)[.[]|(?:str|string|int|integer|number|bool|boolean|bytes|object|array|any|none|null|nil|undefined|true|false|required|optional|default|await|async|new|function|return|get|post)$)/i

const reference = /^(?:\$[A-Z_][A-Z0-9_]*|%\w+%)$/

/**
 * `name=value`, `name: value`, `"name":"value"`, `--name value`, `<name>value</name>`, quotes escaped or not. Right after `=` any value counts;
 * elsewhere prose and code are as likely, so that a bare value must hold a digit or, after a sign, stand alone on its line.
 */
export function locateAssignment(
  text: string,
  start: number,
  end: number,
  kindOf: (name: string) => string | null = secretNameKind,
): readonly Span[] {
  const name = nameAt(text, start, end)
  const kind = kindOf(name)
  if (kind !== null && isElement(text, start, end)) return elementValue(text, end, name, kind)
  const sign = signAtEnd.exec(text.slice(start, end))?.[0].trimEnd() ?? ''
  if (kind === null || (sign === '' && !name.startsWith('--'))) return []
  const value = valueAt(text, end, kind, sign)
  return value === null || text.startsWith('[redacted:', value.start) ? [] : [value]
}

function valueAt(text: string, at: number, kind: string, sign: string): Span | null {
  const quoted = stickyMatch(quote, text, at)
  if (quoted !== null) return quotedValue(text, at + quoted.length, quoted, kind)
  if (kind === 'cookie') return cookieValue(text, at)
  const named = kind === 'authorization' ? stickyMatch(scheme, text, at) : null
  const value = bareValue(text, at + (named?.length ?? 0), kind)
  const bare = value === null ? '' : text.slice(value.start, value.end)
  if (value === null || text[value.end] === '(' || noSecret.test(bare) || reference.test(bare)) return null
  const isCertain =
    named !== null || equalsAtEnd.test(text.slice(Math.max(0, at - longestSign), at)) || isNoWord(text, value)
  return isCertain || (sign !== '' && standsAlone(text, value)) ? value : null
}

/** The whole name: the pattern finds the noun, and what precedes it decides (`max_token=`, `db.password=`). */
function nameAt(text: string, start: number, end: number): string {
  let from = start
  while (from > 0 && start - from < 64 && /[\w.-]/.test(text.charAt(from - 1))) from--
  return text.slice(from, end).replace(separator, '')
}

/** The name of a start tag; a type's argument (`Map<Token>`) has no end tag. */
function isElement(text: string, start: number, end: number): boolean {
  if (!/[^=](?:>|&gt;)\s*$/.test(text.slice(start, end))) return false
  return /(?:<|&lt;)[\w.:-]{0,64}$/.test(text.slice(Math.max(0, start - 68), start))
}

function elementValue(text: string, at: number, name: string, kind: string): readonly Span[] {
  const rest = text.slice(at, at + longestElement)
  const endTagMark = /&gt;\s*$/.test(text.slice(Math.max(0, at - 8), at)) ? '&lt;/' : '</'
  const length = rest.indexOf(endTagMark)
  const end = at + (length < 0 ? (cutOff.exec(rest)?.[1]?.length ?? 0) : length)
  const from = end + endTagMark.length
  const endTag = /^[\w.:-]{0,128}/.exec(text.slice(from, from + 128))?.[0] ?? ''
  // A text that was cut ends anywhere, within the end tag too.
  const isClosed = endTag.endsWith(name) || from + endTag.length >= text.length
  return end > at && isClosed && !text.startsWith('[redacted:', at) ? [{ start: at, end, kind }] : []
}

/** What is left of an element whose end tag was cut off. */
const cutOff = /^([^\s<>]{3,})<?$/

function quotedValue(text: string, start: number, opening: string, kind: string): Span | null {
  const end = text.slice(start, start + 4096).indexOf(opening)
  if (end < 0) return bareValue(text, start, kind)
  // In `log('password:', value, 'x')` the quote closes what it stands in.
  const isCode = /^\s*[,)+;]/.test(text.slice(start, start + 8))
  return end > 0 && !isCode ? { start, end: start + end, kind } : null
}

function isNoWord(text: string, { start, end }: Span): boolean {
  return end - start >= 6 && /\d/.test(text.slice(start, end))
}

function standsAlone(text: string, { start, end }: Span): boolean {
  return end - start >= 4 && /^[ \t]*(?:$|[\r\n\\])/.test(text.slice(end, end + 32))
}

function cookieValue(text: string, start: number): Span | null {
  const name = stickyMatch(cookieName, text, start)
  if (name === null) return null
  const end = runEnd(cookieRest, text, start + name.length)
  return end > start + name.length ? { start, end, kind: 'cookie' } : null
}

function bareValue(text: string, start: number, kind: string): Span | null {
  const end = runEnd(bareRun, text, start)
  return end - start >= shortestBare ? { start, end, kind } : null
}

/** However long it is: one expression for all of it would overflow the stack. */
export function runEnd(piece: RegExp, text: string, start: number): number {
  let end = start
  for (let found = stickyMatch(piece, text, end); found !== null; found = stickyMatch(piece, text, end))
    end += found.length
  return end
}

function stickyMatch(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? null
}
