import { expect, test } from 'vitest'
import { inclusionProofs, rootFromProof } from '../../../src/journal/audit/inclusion-proof.ts'
import {
  growingTree,
  leafAt,
  leavesOf,
  packLeaves,
  rootOf,
  toBase64,
} from '../../../src/journal/audit/merkle-tree.ts'
import { leafHash } from '../../../src/journal/leaf.ts'

const hex = (hash: string) => Buffer.from(hash, 'latin1').toString('hex')

/** Leaves and roots of the tests of Certificate Transparency. */
const inputs = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

test('a growing tree has the roots of RFC 6962', () => {
  const tree = growingTree()
  expect(toBase64(tree.root())).toBe('47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=')
  for (const [index, input] of inputs.entries()) {
    const [leaf = ''] = leavesOf(Buffer.concat([Buffer.from(input, 'hex'), Buffer.from('\n')]))
    expect(hex(leaf)).toBe(leafHash(Buffer.from(input, 'hex')))
    tree.add(leaf)
    expect(hex(tree.root())).toBe(roots[index])
  }
})

test('every leaf of trees up to 40 is proven to be where it is, and nowhere else', () => {
  const leaves = packLeaves(
    leavesOf(Buffer.from(Array.from({ length: 40 }, (_, i) => `entry ${i}\n`).join(''))),
  )
  for (let size = 1; size <= 40; size++) {
    const pathOf = inclusionProofs(leaves, size)
    const root = rootOf(leaves, size)
    for (let index = 0; index < size; index++) {
      const leaf = leafAt(leaves, index)
      expect(rootFromProof(leaf, { index, size }, pathOf(index))).toBe(root)
      if (size === 1) continue
      expect(rootFromProof(leaf, { index: (index + 1) % size, size }, pathOf(index))).not.toBe(root)
      expect(rootFromProof(leaf, { index, size }, pathOf(index).slice(1))).not.toBe(root)
    }
  }
})
