import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { suiteJsonSchema } from '../../src/config/suite-json-schema.ts'

test('the schema in the package is the one that the code makes: npm run schemas', () => {
  expect(JSON.parse(readFileSync('schemas/suite.schema.json', 'utf8'))).toEqual(suiteJsonSchema())
})

test('editors accept the suites of the quickstart, and find a misspelled key', () => {
  const validate = new Ajv2020({ strict: false }).compile(suiteJsonSchema())
  for (const file of readdirSync('suites/quickstart').filter((name) => name.endsWith('.yaml'))) {
    const suite = parse(readFileSync(`suites/quickstart/${file}`, 'utf8'))
    expect([file, validate(suite), validate.errors]).toEqual([file, true, null])
    expect(validate({ ...suite, polices: [] })).toBe(false)
  }
})
