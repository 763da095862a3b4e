import { expect, test } from 'vitest'
import { openAccount } from '../../src/evaluate/run-budget.ts'

test('a refusal tells what is spent by now, what was under way when it came with it', async () => {
  const account = openAccount({ budget: { tokens: 1000 } })
  const { signal } = new AbortController()
  const wanted = { usd: 0, tokens: 300 }
  let answer = () => {}
  const underWay = account.hold(
    () => wanted,
    async (expected) => {
      await new Promise<void>((resolve) => {
        answer = resolve
      })
      account.take({ costUsd: 0, tokens: 250 }, expected)
    },
    signal,
  )
  const tooMuch = { usd: 0, tokens: 2000 }
  await expect(
    account.hold(
      () => tooMuch,
      async () => {},
      signal,
    ),
  ).rejects.toThrow('used up')
  answer()
  await underWay
  expect(account.refusal).toMatchObject({ spent: { usd: 0, tokens: 250 }, wanted: tooMuch })
})

test('a request waits while others hold the rest of the budget, and is let through by what they leave', async () => {
  const account = openAccount({ budget: { tokens: 1000 } })
  const { signal } = new AbortController()
  const asked: string[] = []
  const answers = new Map<string, () => void>()
  const hold = (name: string, took: number) =>
    account.hold(
      () => ({ usd: 0, tokens: 600 }),
      async (expected) => {
        asked.push(name)
        await new Promise<void>((resolve) => answers.set(name, resolve))
        account.take({ costUsd: 0, tokens: took }, expected)
      },
      signal,
    )
  const first = hold('first', 300)
  const second = hold('second', 500)
  const third = hold('third', 1)
  await new Promise((resolve) => setImmediate(resolve))
  expect(asked).toEqual(['first'])
  answers.get('first')?.()
  await first
  await new Promise((resolve) => setImmediate(resolve))
  expect([asked, account.refusal]).toEqual([['first', 'second'], null])
  answers.get('second')?.()
  await second
  await expect(third).rejects.toThrow('used up')
  expect(asked).toEqual(['first', 'second'])
})
