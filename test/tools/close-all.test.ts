import { expect, test } from 'vitest'
import { closeAll } from '../../src/tools/close-all.ts'

test('all are closed before the first failure is told', async () => {
  const closed: string[] = []
  const later = async (name: string) => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    closed.push(name)
  }
  const failing = Promise.reject(new Error('stuck'))
  await expect(closeAll([later('one'), failing, later('two')])).rejects.toThrow('stuck')
  expect(closed).toEqual(['one', 'two'])
})
