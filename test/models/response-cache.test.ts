import { expect, test } from 'vitest'
import type { Model, ModelOutput } from '../../src/domain/model.ts'
import { responseCache } from '../../src/models/response-cache.ts'
import { scriptedModel } from '../../src/models/scripted.ts'
import { createRedactor } from '../../src/policy/redactor.ts'
import { native } from '../../src/tools/exposures/native.ts'
import { contractRequest } from '../contracts/model.ts'
import { temporaryFolder } from '../store/temporary-folder.ts'

const never = new AbortController().signal

/** A cache in memory, and a model that never says the same twice. */
function setting(say = (nth: number) => `answer ${nth}`) {
  const { path, remove } = temporaryFolder()
  const kept = new Map<string, string>()
  const redactor = createRedactor(Buffer.alloc(32, 1))
  const cache = responseCache(path, redactor, {
    read: (file) => kept.get(file) ?? null,
    write: (file, text) => kept.set(file, text),
  })
  let asked = 0
  const script = scriptedModel('openai:m', () => ({ text: say(asked++) }))
  const model: Model = { ...script, kind: 'language model' }
  const ask = async (repetition: number, more = {}, exposure = 'full'): Promise<ModelOutput> =>
    cache.cached(model, { exposure, repetition }).generate({ ...contractRequest, ...more }, never)
  return { ask, kept, cache, model, remove, folder: path, asked: () => asked }
}

test('an answer is given again to the same request in the same repetition alone', async () => {
  const { ask, asked, remove, model, cache } = setting()
  const texts = [await ask(1), await ask(2), await ask(1), await ask(2), await ask(1, { seed: 99 })]
  expect(texts.map(({ text, cached = false }) => [text, cached])).toEqual([
    ['answer 0', false],
    ['answer 1', false],
    ['answer 0', true],
    ['answer 1', true],
    ['answer 2', false],
  ])
  const other = { ...model, name: 'openai:n' }
  await cache.cached(other, { exposure: 'full', repetition: 1 }).generate(contractRequest, never)
  expect(asked()).toBe(4)
  expect(cache.answers).toEqual({ kept: 2, asked: 4 })
  remove()
})

test('an answer counts, where it cannot be kept and where nothing can be read', async () => {
  const full = () => {
    throw new Error('no space left')
  }
  const { model, remove, folder } = setting()
  const cache = responseCache(folder, createRedactor(Buffer.alloc(32, 1)), { read: full, write: full })
  const { text } = await cache
    .cached(model, { exposure: 'full', repetition: 1 })
    .generate(contractRequest, never)
  expect(text).toBe('answer 0')
  remove()
})

test('exposures that show the same tools keep answers of their own', async () => {
  const { ask, remove } = setting()
  const texts = [await ask(1), await ask(1, {}, 'curated'), await ask(1), await ask(1, {}, 'curated')]
  expect(texts.map(({ text }) => text)).toEqual(['answer 0', 'answer 1', 'answer 0', 'answer 1'])
  remove()
})

test('the same tools, loaded on demand by the provider, are asked for anew', async () => {
  const { ask, remove } = setting()
  const shaped = native().shape?.(contractRequest) ?? contractRequest
  const texts = [await ask(1), await ask(1, shaped), await ask(1), await ask(1, shaped)]
  expect(texts.map(({ text }) => text)).toEqual(['answer 0', 'answer 1', 'answer 0', 'answer 1'])
  remove()
})

test('an answer that holds a secret is not kept, and no request is written at all', async () => {
  const secret = `ghp_${'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0hL3oR6'}`
  const { ask, kept, asked, remove } = setting((nth) => (nth === 0 ? `use ${secret}` : 'plain'))
  expect((await ask(1)).text).toContain(secret)
  expect(kept.size).toBe(0)
  await ask(1)
  expect(asked()).toBe(2)
  expect(kept.size).toBe(1)
  const [[path = '', text = ''] = []] = kept
  expect(path + text).not.toContain(
    contractRequest.messages[0]?.role === 'user' ? contractRequest.messages[0].text : secret,
  )
  remove()
})

test('test doubles and baselines are asked each time', async () => {
  const { cache, remove } = setting()
  const plain = scriptedModel('scripted:m', [{ text: 'a' }])
  expect(cache.cached(plain, { exposure: 'full', repetition: 1 })).toBe(plain)
  remove()
})
