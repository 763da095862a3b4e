import type { ErrorObject } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { JsonObject } from '../domain/json.ts'

/** All that is wrong with a value; empty where the schema takes it. */
type SchemaCheck = (value: unknown) => readonly ErrorObject[]

// By definition: a tool is asked for in case after case, of thousands.
const compiled = new WeakMap<JsonObject, SchemaCheck | null>()

/** Null for a schema that is itself not valid: the server's mistake, not the suite's. */
export function compileSchema(schema: JsonObject): SchemaCheck | null {
  const known = compiled.get(schema)
  if (known !== undefined) return known
  const check = compile(schema)
  compiled.set(schema, check)
  return check
}

function compile({ $schema: _, ...schema }: JsonObject): SchemaCheck | null {
  try {
    const validate = validatorFor(schema).compile(schema)
    return (value) => (validate(value) ? [] : (validate.errors ?? []))
  } catch {
    return null
  }
}

const options = {
  strict: false,
  allErrors: true,
  validateFormats: false,
  logger: false,
  ownProperties: true,
  addUsedSchema: false,
} as const
const shared = new Ajv2020(options)

/** Making one takes longer than a schema does; ids of one schema must not be seen by another. */
function validatorFor(schema: JsonObject): Ajv2020 {
  return /"\$(id|anchor|dynamicAnchor)"/.test(JSON.stringify(schema)) ? new Ajv2020(options) : shared
}
