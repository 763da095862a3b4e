import { register } from 'node:module'
import { describeError } from '../../src/errors.ts'
import { openStore } from '../../src/store/stores.ts'

// A process in which chdb is not installed: says what opening the database answers.
const hook = `export async function resolve(name, context, next) {
  if (name !== 'chdb') return next(name, context)
  throw Object.assign(new Error("Cannot find package 'chdb'"), { code: 'ERR_MODULE_NOT_FOUND' })
}`
register(`data:text/javascript,${encodeURIComponent(hook)}`)
await openStore({ home: process.argv[2] ?? '' }).catch((error) => process.stdout.write(describeError(error)))
