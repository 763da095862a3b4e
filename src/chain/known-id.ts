import { hash } from 'node:crypto'

const longest = 4_096

/**
 * An id as spans have it: one that is longer than any client makes is known by its hash, for a database that is asked for it
 * takes no more than 128 KiB.
 */
export const knownId = (id: string): string => (id.length <= longest ? id : `sha256:${hash('sha256', id)}`)
