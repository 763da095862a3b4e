import { join } from 'node:path'
import type { Redactor } from '../domain/redactor.ts'
import { readIfThere, replaceFile } from '../journal/home.ts'
import { type ResponseCache, responseCache } from '../models/response-cache.ts'
import { amount, count } from '../show/quantities.ts'
import { homePath } from './home.ts'

/** Of `eval --cache`, in the home. */
export function answerCache(redactor: Redactor): ResponseCache {
  const folder = join(homePath(), 'answers')
  return responseCache(folder, redactor, {
    read: (path) => readIfThere(path)?.toString('utf8') ?? null,
    write: replaceFile,
  })
}

/** `48 answers from the cache, 2 asked for`. */
export function cachedWords({ answers: { kept, asked } }: ResponseCache): string {
  return `${count(kept, 'answer')} from the cache, ${amount(asked)} asked for`
}
