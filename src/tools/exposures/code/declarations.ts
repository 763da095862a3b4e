import { isJsonObject, type JsonObject } from '../../../domain/json.ts'
import { serverOf, type Tool } from '../../../domain/tool.ts'
import { propertyName, schemaType } from './schema-type.ts'

/** A tool as a script calls it: `tools.NAMESPACE.NAME(arguments)`. */
export interface ToolFunction {
  readonly namespace: string
  readonly name: string
  readonly tool: Tool
}

/** Names that JavaScript can write after a dot; names that become the same are numbered. */
export function toolFunctions(tools: readonly Tool[]): readonly ToolFunction[] {
  const namespaces = new Map<string, string>()
  const names = new Map<string, Set<string>>()
  return tools.map((tool) => {
    const server = serverOf(tool.name) ?? ''
    const namespace = namespaces.get(server) ?? unused(identifier(server), new Set(namespaces.values()))
    namespaces.set(server, namespace)
    const taken = names.get(namespace) ?? new Set()
    names.set(namespace, taken)
    const name = unused(identifier(tool.name.slice(server.length + 1)), taken)
    taken.add(name)
    return { namespace, name, tool }
  })
}

function identifier(name: string): string {
  const plain = name.replace(/[^\w$]/g, '_')
  return /^[A-Za-z_$]/.test(plain) ? plain : `_${plain}`
}

function unused(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  let number = 2
  while (taken.has(`${name}_${number}`)) number++
  return `${name}_${number}`
}

/** The functions as TypeScript declares them, each with its description and those of its arguments. */
export function declare(functions: readonly ToolFunction[]): string {
  const byNamespace = new Map<string, ToolFunction[]>()
  for (const each of functions)
    byNamespace.set(each.namespace, [...(byNamespace.get(each.namespace) ?? []), each])
  const blocks = Array.from(byNamespace, ([namespace, members]) =>
    [`  ${propertyName(namespace)}: {`, ...members.map(declareFunction), '  }'].join('\n'),
  )
  return ['declare const tools: {', ...blocks, '}'].join('\n')
}

function declareFunction({ name, tool }: ToolFunction): string {
  const { description, inputSchema, outputSchema } = tool
  const args = schemaType({ type: 'object', ...inputSchema })
  const optional = Array.isArray(inputSchema.required) && inputSchema.required.length > 0 ? '' : '?'
  const result = outputSchema ? schemaType({ type: 'object', ...outputSchema }) : 'any'
  const comment = [description, ...argumentLines(inputSchema)].map(oneLine).filter((line) => line !== '')
  return [
    ...(comment.length > 0 ? [`    /** ${comment.join('\n     * ')} */`] : []),
    `    ${propertyName(name)}(args${optional}: ${args}): Promise<${result}>`,
  ].join('\n')
}

function argumentLines({ properties }: JsonObject): readonly string[] {
  return Object.entries(isJsonObject(properties) ? properties : {}).flatMap(([name, schema]) =>
    isJsonObject(schema) && typeof schema.description === 'string'
      ? [`@param args.${name} ${schema.description}`]
      : [],
  )
}

/** A description must not end the comment that it stands in. */
function oneLine(text: string): string {
  return text.replaceAll('*/', '* /').replace(/\s+/g, ' ').trim()
}
