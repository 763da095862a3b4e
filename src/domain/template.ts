import { isJsonObject, type Json, type JsonObject } from './json.ts'

/**
 * A JSON value whose texts may hold references: `{{ input.path }}`, `{{ file.text }}`, `{{ file.data.lines[0] }}`. A text
 * that is one reference and nothing else becomes the value itself; within other text a value is written as text.
 */
export type Template = Json

/** `['input', 'path']`, `['file', 'data', 'lines', 0]`. */
export type Reference = readonly (string | number)[]

export interface FoundReference {
  readonly text: string
  /** Null for what is no reference. */
  readonly reference: Reference | null
  /** Where in the template. */
  readonly path: readonly (string | number)[]
}

const placeholder = /\{\{(.*?)\}\}/gs
const form = /^[A-Za-z_][\w-]*(?:\.[A-Za-z_$][\w$-]*|\[\d+\])*$/

export function referencesOf(template: Template, path: readonly (string | number)[] = []): FoundReference[] {
  if (typeof template === 'string')
    return Array.from(template.matchAll(placeholder), ([text, inner = '']) => ({
      text,
      reference: readReference(inner),
      path,
    }))
  if (Array.isArray(template)) return template.flatMap((each, index) => referencesOf(each, [...path, index]))
  if (!isJsonObject(template)) return []
  return Object.entries(template).flatMap(([key, value]) => referencesOf(value, [...path, key]))
}

function readReference(text: string): Reference | null {
  const written = text.trim()
  if (!form.test(written)) return null
  return Array.from(written.matchAll(/[^.[\]]+/g), ([step]) => (/^\d+$/.test(step) ? Number(step) : step))
}

/**
 * The template with its values; undefined for one that is a single reference to nothing. In a list or an object, what is
 * undefined is left out; null is a value, and a list within a list stays one.
 */
export function render(template: Template, values: JsonObject): Json | undefined {
  if (typeof template === 'string') return renderText(template, values)
  if (Array.isArray(template)) return template.flatMap((each) => orLeftOut(render(each, values)))
  if (!isJsonObject(template)) return template
  const entries = Object.entries(template).flatMap(([key, each]) => {
    const value = render(each, values)
    return value === undefined ? [] : [[key, value] as const]
  })
  return Object.fromEntries(entries)
}

function orLeftOut(value: Json | undefined): readonly Json[] {
  return value === undefined ? [] : [value]
}

function renderText(template: string, values: JsonObject): Json | undefined {
  const [only] = referencesOf(template)
  if (only?.text === template.trim()) return only.reference ? lookUp(only.reference, values) : template
  return template.replace(placeholder, (text, inner: string) => {
    const reference = readReference(inner)
    return reference ? textOfValue(lookUp(reference, values)) : text
  })
}

export function lookUp(reference: Reference, values: Json): Json | undefined {
  return reference.reduce<Json | undefined>((value, step) => {
    if (Array.isArray(value) && typeof step === 'number') return value[step]
    return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined
  }, values)
}

function textOfValue(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
