import { writeFileSync } from 'node:fs'
import { suiteJsonSchema } from '../src/config/suite-json-schema.ts'

// Writes what editors know of a suite; a test says when it is out of date.
writeFileSync('schemas/suite.schema.json', `${JSON.stringify(suiteJsonSchema(), null, 2)}\n`)
