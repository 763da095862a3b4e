import { expect, test } from 'vitest'
import { nearest } from '../../src/domain/nearest.ts'

const tools = ['read_text_file', 'read_media_file', 'write_file', 'list_directory', 'get-sum']

test('the nearest names come first, case aside', () => {
  expect(nearest('Read_txt_file', tools)).toEqual(['read_text_file', 'read_media_file'])
})

test('a name within another is near, however long the other is', () => {
  expect(nearest('sum', tools)).toEqual(['get-sum'])
  expect(nearest('file', tools, 1)).toHaveLength(1)
})

test('nothing is near what is like nothing', () => {
  expect(nearest('xyzzy', tools)).toEqual([])
  expect(nearest('', tools)).toEqual([])
  expect(nearest('anything', [])).toEqual([])
})
