import { readJson } from '../../domain/json.ts'
import type { RedactionRules } from '../../domain/redactor.ts'
import { type ConfiguredNames, configuredNames } from './configured-names.ts'
import { placeholders } from './find-secrets.ts'
import { jsonRules, type Replace } from './json-rules.ts'
import { findPersonalData } from './personal-data.ts'
import { literalEnd, rewriteJson } from './rewrite-json.ts'
import type { Span } from './span.ts'

export interface ConfiguredRules {
  json(source: string): string
  text(plain: string): string
}

/**
 * Takes out what a user has named, after the detectors. Patterns see decoded strings, so that raw JSON is only asked whether
 * anything in it may match at all; then every string is looked at. Null where nothing is configured.
 */
export function configuredRules(rules: RedactionRules, replace: Replace): ConfiguredRules | null {
  const names = configuredNames(rules.names)
  if (names === null && rules.patterns.length + rules.detect.length === 0) return null
  const text = (plain: string) =>
    redactSpans(plain, (masked) => findConfigured(masked, rules, names), replace)
  const string = (plain: string) => (/^\s*["{[]/.test(plain) ? json(plain) : text(plain))
  const leaves = jsonRules(string, replace, (name) => names?.kindOf(name) ?? null)
  const json = (source: string): string => {
    if (!isSuspicious(source, rules, names)) return source
    if (readJson(source) === undefined) return text(source)
    return rewriteNumbers(rewriteJson(source, quotes(source), leaves), text)
  }
  return { json, text }
}

/** A number may be a card's. It becomes a string where it is. */
function rewriteNumbers(json: string, redact: (number: string) => string): string {
  const pieces: string[] = []
  for (let at = 0; at < json.length; ) {
    const start = json.indexOf('"', at)
    const between = json.slice(at, start < 0 ? json.length : start)
    at = start < 0 ? json.length : literalEnd(json, start)
    const numbers = between.replace(/-?\d[\d.eE+-]*/g, (number) => {
      const redacted = redact(number)
      return redacted === number ? number : JSON.stringify(redacted)
    })
    pieces.push(numbers, start < 0 ? '' : json.slice(start, at))
  }
  return pieces.join('')
}

/** A match inside a string is one of the text around it, but for escapes, which are undone as deep as they nest. */
function isSuspicious(source: string, rules: RedactionRules, names: ConfiguredNames | null): boolean {
  const isSuspect = (plain: string) =>
    rules.patterns.some((pattern) => pattern.isAnchored || pattern.test(plain)) ||
    findPersonalData(plain, rules.detect).length > 0 ||
    names?.test(plain) === true
  let plain = source
  for (let depth = 0; depth < 8; depth++) {
    if (isSuspect(mask(plain))) return true
    const inner = undoEscapes(plain)
    if (inner === plain) return false
    plain = inner
  }
  return true
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

function undoEscapes(text: string): string {
  if (!text.includes('\\')) return text
  if (!/\\[bfnrtu]/.test(text)) return text.replace(/\\(["\\/])/g, '$1')
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))/g, (_, code?: string, char = '') =>
    code === undefined ? (escapes[char] ?? char) : String.fromCharCode(Number.parseInt(code, 16)),
  )
}

function quotes(json: string): readonly number[] {
  const places = []
  for (let at = json.indexOf('"'); at >= 0; at = json.indexOf('"', at + 1)) places.push(at)
  return places
}

function findConfigured(text: string, rules: RedactionRules, names: ConfiguredNames | null): Span[] {
  const matches = rules.patterns.flatMap(({ kind, find }) =>
    Array.from(find(text), ([start, end]) => ({ start, end, kind })),
  )
  return [...matches, ...findPersonalData(text, rules.detect), ...(names?.find(text) ?? [])]
}

/** Placeholders are kept, whatever matches around them: nothing is found in them, and of a span around one only the rest goes. */
function redactSpans(plain: string, find: (masked: string) => Span[], replace: Replace): string {
  const masked = mask(plain)
  const spans = find(masked).sort((a, b) => a.start - b.start || b.end - a.end)
  let redacted = ''
  let copied = 0
  for (const { start, end, kind } of spans.flatMap((span) => unmasked(span, masked))) {
    if (end <= copied) continue
    const from = Math.max(start, copied)
    redacted += plain.slice(copied, from) + replace(kind, plain.slice(from, end))
    copied = end
  }
  return copied === 0 ? plain : redacted + plain.slice(copied)
}

const hidden = '\0'

function mask(text: string): string {
  let masked = ''
  let copied = 0
  for (const [start, end] of placeholders(text)) {
    masked += text.slice(copied, start) + hidden.repeat(end - start)
    copied = end
  }
  return copied === 0 ? text : masked + text.slice(copied)
}

function unmasked({ start, end, kind }: Span, masked: string): readonly Span[] {
  return Array.from(masked.slice(start, end).matchAll(/[^\0]+/g), ({ index, 0: piece }) => ({
    start: start + index,
    end: start + index + piece.length,
    kind,
  }))
}
