import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { turnFlush } from '../../src/journal/turn-flush.ts'
import { filesUnder, openTestJournal, temporaryHome } from './temporary-home.ts'

test('whoever is called back finds what was appended on the disk, in a crowd too', async () => {
  const home = temporaryHome()
  const journal = openTestJournal(home)
  const found: boolean[] = []
  for (let turn = 0; turn < 3; turn++) {
    for (let one = 0; one < 4; one++) {
      const reason = `turn ${turn}, number ${one}`
      journal.append('loss', null, { reason, entries: 1, bodies: 0 })
      journal.flushed(() => found.push([...filesUnder(home.journal).values()].join('').includes(reason)))
    }
    await setImmediate()
  }
  journal.close()
  expect(found).toEqual(Array.from({ length: 12 }, () => true))
})

test('who comes alone is called at once; a crowd shares one flush at the end of the next turn, in order', async () => {
  const events: string[] = []
  const flushed = turnFlush(() => events.push('flush'))
  const ask = (...names: string[]) => {
    for (const name of names) flushed(() => events.push(name))
    return events.splice(0)
  }
  const afterTurn = async () => {
    await setImmediate()
    return events.splice(0)
  }
  expect(ask('a')).toEqual(['flush', 'a'])
  await afterTurn()
  expect(ask('b', 'c')).toEqual(['flush', 'b', 'flush', 'c'])
  await afterTurn()
  expect(ask('d', 'e')).toEqual([])
  expect(await afterTurn()).toEqual(['flush', 'd', 'e'])
  expect(ask('f')).toEqual([])
  expect(await afterTurn()).toEqual(['flush', 'f'])
  expect(ask('g')).toEqual(['flush', 'g'])
})
