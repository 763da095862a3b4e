import { z } from 'zod'
import type { JsonObject } from '../domain/json.ts'
import { suiteSchema } from './suite-schema.ts'

/** What editors know of a suite: JSON Schema 2020-12 of the file as a person writes it. */
export function suiteJsonSchema(): JsonObject {
  const schema = z.toJSONSchema(suiteSchema, { io: 'input', unrepresentable: 'any', reused: 'ref' })
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A suite of calltrail',
    // Plain data, without what zod knows beside it.
    ...JSON.parse(JSON.stringify(schema)),
  }
}
