import canonicalize from 'canonicalize'
import type { JsonObject } from '../../domain/json.ts'
import { compareSchemas } from './compare-schemas.ts'
import type { DefinedTool, Definitions } from './defined-tool.ts'
import type { SchemaChange } from './schema-change.ts'

/** What became of one tool between two lists. */
export interface ToolChange {
  /** As its server calls it. */
  readonly tool: string
  readonly change: 'added' | 'removed' | 'changed'
  /** Of the arguments that it takes; empty for a tool that was added or removed. */
  readonly input: readonly SchemaChange[]
  readonly output: readonly SchemaChange[]
  /** Hints and title that say something else than before; null is nothing. */
  readonly annotations: readonly {
    readonly name: string
    readonly before: boolean | string | null
    readonly after: boolean | string | null
  }[]
  /** Of a tool that was added or removed, with nothing before or after it. */
  readonly description: { readonly before: string; readonly after: string } | null
  /** Something in the schemas that admits neither more nor less: words about a member, a default. */
  readonly isReworded: boolean
}

/** In the order of names. */
export function compareTools(before: Definitions, after: Definitions): readonly ToolChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names.flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)]
    if (old && now) return compareTool(old, now)
    const words = { before: old?.description ?? '', after: now?.description ?? '' }
    const description = words.before === words.after ? null : words
    return [{ ...unchanged(name), change: now ? ('added' as const) : ('removed' as const), description }]
  })
}

const unchanged = (tool: string): ToolChange => ({
  ...{
    tool,
    change: 'changed',
    input: [],
    output: [],
    annotations: [],
    description: null,
    isReworded: false,
  },
})

function compareTool(old: DefinedTool, now: DefinedTool): readonly ToolChange[] {
  const input = compareSchemas(old.inputSchema, now.inputSchema)
  const output = compareSchemas(old.outputSchema ?? true, now.outputSchema ?? true)
  const annotations = compareAnnotations(old.annotations, now.annotations)
  const description =
    old.description === now.description ? null : { before: old.description, after: now.description }
  const schemas = ({ inputSchema, outputSchema }: DefinedTool) => canonicalize([inputSchema, outputSchema])
  const isReworded = input.length === 0 && output.length === 0 && schemas(old) !== schemas(now)
  if (input.length + output.length + annotations.length === 0 && !description && !isReworded) return []
  return [{ ...unchanged(now.name), input, output, annotations, description, isReworded }]
}

function compareAnnotations(old: JsonObject, now: JsonObject): ToolChange['annotations'] {
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort()
  const plain = (value: unknown) => (typeof value === 'boolean' || typeof value === 'string' ? value : null)
  return names.flatMap((name) => {
    const [before, after] = [plain(old[name]), plain(now[name])]
    return before === after ? [] : [{ name, before, after }]
  })
}
