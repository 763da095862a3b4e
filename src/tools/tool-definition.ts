import type { Tool as McpTool } from '@modelcontextprotocol/client'
import type { ListedTool } from '../domain/cassette.ts'
import { isJsonObject } from '../domain/json.ts'
import type { Tool } from '../domain/tool.ts'

/** A definition as `tools/list` gave it, under its name in a toolset. */
export function toTool(
  server: string,
  { name, description, inputSchema, outputSchema, annotations }: McpTool | ListedTool,
): Tool {
  const input: unknown = inputSchema
  const output: unknown = outputSchema
  return {
    name: `${server}/${name}`,
    description: description ?? '',
    inputSchema: isJsonObject(input) ? input : {},
    ...(isJsonObject(output) && { outputSchema: output }),
    ...(annotations && { annotations: toAnnotations(annotations) }),
  }
}

function toAnnotations({
  title,
  ...hints
}: NonNullable<(McpTool | ListedTool)['annotations']>): Tool['annotations'] & object {
  const given = Object.entries(hints).filter(
    (entry): entry is [string, boolean] => typeof entry[1] === 'boolean',
  )
  return { ...(title !== undefined && { title }), ...Object.fromEntries(given) }
}
