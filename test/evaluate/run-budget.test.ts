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
