import { appendFile, readFile } from 'node:fs/promises'
import { InfrastructureError } from '../../errors.ts'
import { isCode } from '../home.ts'
import type { AnchorPlace } from './anchor.ts'

/** A file that others keep: on another host's disk, or one that only grows. */
export function fileAnchor(path: string): AnchorPlace {
  const failed = (error: unknown) =>
    new InfrastructureError('anchor', `the anchor ${path} cannot be used`, { cause: error })
  return {
    name: path,
    async read() {
      try {
        return await readFile(path, 'utf8')
      } catch (error) {
        if (isCode(error, 'ENOENT')) return null
        throw failed(error)
      }
    },
    async append(line) {
      try {
        await appendFile(path, line, { mode: 0o600 })
      } catch (error) {
        throw failed(error)
      }
    },
  }
}
