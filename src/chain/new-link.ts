import { hash } from 'node:crypto'
import type { Link } from '../domain/chain.ts'

/** The version of the rules; part of each link's id. */
const linker = 1

/** The link with its id: of evidence, type and version alone, so that what is found twice is the same link. */
export function newLink(found: Omit<Link, 'id' | 'linker'>): Link {
  const text = JSON.stringify([found.evidence, found.type, linker])
  return { id: hash('sha256', text, 'hex'), ...found, linker }
}
