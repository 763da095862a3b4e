import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import { serverOf, type Tool } from '../../domain/tool.ts'
import { nameWords, proseWords, stem, stopWords } from './terms.ts'

export interface ParameterText {
  /** As words, between blanks. */
  readonly name: string
  readonly format: string | null
}

/** The stems of a tool, by where they stand. */
export interface ToolFields {
  readonly server: string
  readonly name: readonly string[]
  readonly serverName: readonly string[]
  /** The title and the first sentence of the description: what it does. */
  readonly summary: readonly string[]
  readonly description: readonly string[]
  readonly parameterNames: readonly string[]
  /** Descriptions and enumerated values of parameters, however deep. */
  readonly parameterTexts: readonly string[]
  readonly parameters: readonly ParameterText[]
  readonly isDeprecated: boolean
}

export function toolFields(tool: Tool): ToolFields {
  const server = serverOf(tool.name) ?? ''
  const ownName = tool.name.slice(server === '' ? 0 : server.length + 1)
  const prose = tool.description.trim()
  const summary = /^.{0,40}.*?(?:[.!?](?=\s)|\n|$)/s.exec(prose)?.[0] ?? ''
  const schema = { names: [] as string[], texts: [] as string[], parameters: [] as ParameterText[] }
  readSchema(tool.inputSchema, schema, 0)
  return {
    server,
    name: stemmed(nameWords(ownName)),
    serverName: stemmed([...nameWords(server), ...joined(server)]),
    summary: stemmed(proseWords(`${tool.annotations?.title ?? ''} ${summary}`)),
    description: stemmed(proseWords(prose.slice(summary.length, 4_000))),
    parameterNames: stemmed(schema.names),
    parameterTexts: stemmed(proseWords(schema.texts.join(' ').slice(0, 4_000))),
    parameters: schema.parameters,
    isDeprecated: /^\W*(?:\w+\W+){0,12}?deprecated\b/i.test(prose),
  }
}

function joined(server: string): readonly string[] {
  const words = nameWords(server)
  return words.length > 1 ? [words.join('')] : []
}

function stemmed(words: readonly string[]): readonly string[] {
  return words.filter((word) => !stopWords.has(word)).map(stem)
}

interface SchemaTexts {
  readonly names: string[]
  readonly texts: string[]
  readonly parameters: ParameterText[]
}

const deepest = 6

function readSchema(schema: Json | undefined, into: SchemaTexts, depth: number): void {
  if (!isJsonObject(schema) || depth > deepest) return
  if (depth > 0) readTexts(schema, into)
  for (const [name, property] of Object.entries(isJsonObject(schema.properties) ? schema.properties : {})) {
    const words = nameWords(name)
    into.names.push(...words)
    const format = isJsonObject(property) && typeof property.format === 'string' ? property.format : null
    into.parameters.push({ name: words.join(' '), format })
    readSchema(property, into, depth + 1)
  }
  for (const inner of innerSchemas(schema)) readSchema(inner, into, depth + 1)
}

function readTexts({ description, enum: values }: JsonObject, { texts }: SchemaTexts): void {
  if (typeof description === 'string') texts.push(description)
  if (!Array.isArray(values)) return
  texts.push(...values.filter((value): value is string => typeof value === 'string').slice(0, 40))
}

function innerSchemas({ items, anyOf, oneOf, allOf }: JsonObject): readonly (Json | undefined)[] {
  return [items, anyOf, oneOf, allOf].flatMap((inner) => (Array.isArray(inner) ? inner : [inner]))
}
