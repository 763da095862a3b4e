import type { ErrorObject } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { JsonObject } from '../domain/json.ts'
import { multipleOfPrecision } from '../domain/multiple-of.ts'

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

// Making one takes longer than compiling a schema does. It adds none to its own: their ids are apart.
const ajv = new Ajv2020({
  strict: false,
  multipleOfPrecision,
  allErrors: true,
  validateFormats: false,
  logger: false,
  ownProperties: true,
  addUsedSchema: false,
})

function compile({ $schema: _, ...schema }: JsonObject): SchemaCheck | null {
  try {
    const validate = ajv.compile(schema)
    return (value) => (validate(value) ? [] : (validate.errors ?? []))
  } catch {
    return null
  }
}
