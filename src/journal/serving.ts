import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isJsonObject, readJson } from '../domain/json.ts'
import { describeError, InfrastructureError } from '../errors.ts'
import { type Home, isCode } from './home.ts'
import { mayLive, noteOfThisProcess } from './recorder-process.ts'

/** The process that serves a home, and its address. */
export interface Serving {
  readonly url: string
  readonly pid: number
}

/** Says in the home where this process serves it; what it returns takes that back. */
export function noteServing(home: Home, url: string): () => void {
  const path = pathIn(home)
  try {
    rmSync(path, { force: true })
    writeFileSync(path, `${JSON.stringify({ ...noteOfThisProcess(), url })}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    throw new InfrastructureError('home', `${path} cannot be written: ${describeError(error)}`)
  }
  return () => rmSync(path, { force: true })
}

/** Null where nobody does, or nobody any more. */
export function servingOf(home: Home): Serving | null {
  const note = readJson(textOf(pathIn(home))) ?? null
  if (!isJsonObject(note) || !mayLive(note)) return null
  const { url, pid } = note
  return typeof url === 'string' && typeof pid === 'number' ? { url, pid } : null
}

function pathIn({ path }: Home): string {
  return join(path, 'serving.json')
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return ''
    throw error
  }
}
