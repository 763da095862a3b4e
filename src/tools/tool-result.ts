import type { StandardSchemaV1 } from '@modelcontextprotocol/client'
import { deepest, isDeep, isJsonObject, isUnbounded, type JsonObject } from '../domain/json.ts'
import { type ContentBlock, type ToolResult, toolError } from '../domain/tool.ts'

/** Lets any JSON object through, unchanged: blocks of a kind that the SDK does not know are data too. */
export const anyObject: StandardSchemaV1<unknown, JsonObject> = {
  '~standard': {
    version: 1,
    vendor: 'calltrail',
    validate: (value) => (isJsonObject(value) ? { value } : { issues: [{ message: 'not a JSON object' }] }),
  },
}

/**
 * The result of `tools/call`; one without a list of content blocks, nested too deep, or with a number beyond every double
 * is the tool's mistake.
 */
export function toToolResult(result: JsonObject): ToolResult {
  if (isDeep(result)) return toolError(`The tool's result is nested deeper than ${deepest}.`)
  if (isUnbounded(result)) return toolError("A number in the tool's result is too large.")
  const { content = [], structuredContent, isError } = result
  if (!isContent(content))
    return toolError(`The tool's result is not valid: ${JSON.stringify(result).slice(0, 500)}`)
  return {
    content,
    ...(isJsonObject(structuredContent) && { structuredContent }),
    isError: isError === true,
  }
}

function isContent(value: unknown): value is readonly ContentBlock[] {
  return Array.isArray(value) && value.every((block) => isJsonObject(block) && typeof block.type === 'string')
}
