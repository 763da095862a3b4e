import type { Json, JsonObject } from '../../../domain/json.ts'
import { objectIn, objectsIn, textIn } from './model-wire.ts'

/** The members in which the formats keep a tool's schema: OpenAI, Anthropic, Gemini. */
const schemaMembers = ['parameters', 'input_schema', 'parametersJsonSchema']

/** The schemas of the tools that a request shows, by name; groups of tools are looked into. */
export function toolSchemas(tools: Json | undefined): ReadonlyMap<string, JsonObject> {
  const schemas = new Map<string, JsonObject>()
  for (const tool of objectsIn(tools)) {
    for (const inner of [tool.functionDeclarations, tool.tools])
      for (const [name, schema] of toolSchemas(inner)) schemas.set(name, schema)
    const own = tool.function === undefined ? tool : objectIn(tool.function)
    const member = schemaMembers.find((each) => own[each] !== undefined)
    if (textIn(own.name) !== '' && member) schemas.set(textIn(own.name), objectIn(own[member]))
  }
  return schemas
}
