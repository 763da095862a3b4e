import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import { findSecrets, isPlaceholder } from './find-secrets.ts'
import { secretNameKind } from './key-names.ts'
import type { JsonRules, Member } from './rewrite-json.ts'

/** The placeholder for a secret. */
export type Replace = (kind: string, secret: string) => string

/** Larger definitions than this are not looked into: what stands under a secret's name is replaced as a whole. */
const definitionLimit = 8192
const schemaKeywords = new Set(
  'type $ref anyOf oneOf allOf not enum const title description default example examples format pattern minLength maxLength minimum maximum items minItems maxItems uniqueItems properties required additionalProperties nullable deprecated readOnly writeOnly contentEncoding $comment'.split(
    ' ',
  ),
)
const schemaMarks = ['type', '$ref', 'anyOf', 'oneOf', 'allOf', 'enum', 'const', 'description']
const sampleNames = new Set(['default', 'const', 'example', 'examples'])
const scheme = /^(?:bearer|basic|token|digest|negotiate|apikey)\s+(?=\S)/i

/**
 * Which parts of a JSON text are secret: string literals by what is in them (`redactString`, decoded to decoded), values by
 * the name that they stand under, `{"name": "DB_PASSWORD", "value": …}` included.
 */
export function jsonRules(
  redactString: (plain: string) => string,
  replace: Replace,
  kindOf: (name: string) => string | null = kindOfName,
): JsonRules {
  return {
    literal(raw) {
      const plain = decode(raw)
      const redacted = redactString(plain)
      return redacted === plain ? null : JSON.stringify(redacted)
    },
    member(member) {
      const name = decode(member.name)
      const kind =
        kindOf(name) ??
        (name === 'value' && member.sibling !== null ? kindOf(decode(member.sibling)) : null) ??
        (sampleNames.has(name) ? member.note : null)
      return kind === null ? null : secretMember(name, kind, member, replace)
    },
  }
}

function secretMember(name: string, kind: string, member: Member, replace: Replace) {
  // What is inside a definition was judged with it: nothing is read twice, however deep it nests.
  if (member.first === '{' && member.note !== null && !sampleNames.has(name)) return null
  if (member.first === 't' || member.first === 'f' || member.first === 'n') return null
  const raw = member.read()
  if (member.first === '"') return secretString(name, kind, decode(raw), replace)
  const isContainer = member.first === '{' || member.first === '['
  // Counts, token ids and passed tests are numbers; a password may well be one.
  if ((kind === 'token' || /^pass$/i.test(name)) && !raw.includes('"')) return null
  if (isContainer && /^.\s*.$/s.test(raw)) return null
  if (member.first === '{' && isDefinition(raw)) return { note: kind }
  return { value: JSON.stringify(replace(kind, raw)) }
}

function secretString(name: string, kind: string, plain: string, replace: Replace) {
  const prefix = kind === 'authorization' ? (scheme.exec(plain)?.[0] ?? '') : ''
  const secret = plain.slice(prefix.length)
  if (secret === '' || isPlaceholder(secret) || isWorkingDirectory(name, secret)) return null
  const [found] = findSecrets(secret)
  const isWhole = found !== undefined && found.start === 0 && found.end === secret.length
  return { value: JSON.stringify(prefix + replace(isWhole ? found.kind : kind, secret)) }
}

/** `PWD` in an environment is no password. */
function isWorkingDirectory(name: string, value: string): boolean {
  return /^(?:old)?pwd$/i.test(name) && /^(?:[/~]|[A-Za-z]:\\)/.test(value)
}

/** The definition of a property that is called `token`, in a tool's input schema. */
function isDefinition(raw: string): boolean {
  return raw.length <= definitionLimit && isSchema(JSON.parse(raw))
}

function isSchema(value: JsonObject): boolean {
  const names = Object.keys(value)
  const isOne =
    names.every((name) => schemaKeywords.has(name)) && names.some((name) => schemaMarks.includes(name))
  return isOne && holdsOnlySchemas(value)
}

/** Below it, too, an object under a secret's name is a schema. */
function holdsOnlySchemas(value: Json): boolean {
  if (Array.isArray(value)) return value.every(holdsOnlySchemas)
  if (!isJsonObject(value)) return true
  return Object.entries(value).every(([name, member]) =>
    isJsonObject(member) && kindOfName(name) !== null ? isSchema(member) : holdsOnlySchemas(member),
  )
}

function decode(literal: string): string {
  return literal.includes('\\') ? JSON.parse(literal) : literal.slice(1, -1)
}

/** Few names make up most of the traffic. */
const kinds = new Map<string, string | null>()
function kindOfName(name: string): string | null {
  const known = kinds.get(name)
  if (known !== undefined) return known
  const kind = secretNameKind(name)
  if (kinds.size >= 4096) kinds.clear()
  if (name.length <= 64) kinds.set(name, kind)
  return kind
}
