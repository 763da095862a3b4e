import { Readable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wholeLines } from '../../src/journal/lines.ts'
import { all } from '../contracts/journal.ts'

const lines = fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replace(/\n/g, ' ')))

test('lines come whole, but for the first ones that are skipped, wherever their chunks end', async () => {
  const cuts = fc.array(fc.nat({ max: 300 }))
  await fc.assert(
    fc.asyncProperty(
      lines,
      fc.string({ maxLength: 5 }),
      cuts,
      fc.nat({ max: 12 }),
      async (told, torn, at, skipped) => {
        const bytes = Buffer.from(`${told.map((line) => `${line}\n`).join('')}${torn.replace(/\n/g, '')}`)
        const ends = [...at.filter((end) => end < bytes.length).sort((a, b) => a - b), bytes.length]
        const chunks = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
        const found = (await all(wholeLines(Readable.from(chunks), skipped))).flat()
        const wanted = told.slice(skipped).map((line) => ({ line, bytes: Buffer.byteLength(line) }))
        expect(found).toEqual(wanted)
      },
    ),
  )
})
