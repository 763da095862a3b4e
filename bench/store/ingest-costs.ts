import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { medianOf } from './cost.ts'
import type { Ingested } from './ingest-rounds.ts'
import type { Inserted } from './insert-rounds.ts'

/**
 * A journal through `ingest`, and the same rows of the same tables (the few of `tool_rollups` aside, which hold what is no
 * text) through one insert a table: the raw insert of the engine, and beside it from a file. By turns, each in a process of
 * its own, since in one process either would pay for collecting what the other has left.
 */
export async function ingestCosts(folder: string, rounds: number) {
  const [ingesting, inserting] = [start('ingest-rounds.ts'), start('insert-rounds.ts')]
  const ingested: Ingested[] = []
  const inserted: Inserted[] = []
  for (let round = 0; round < rounds; round++) {
    const its = await ask<Ingested>(ingesting, { folder: join(folder, 'ingest'), round })
    ingested.push(its)
    inserted.push(await ask<Inserted>(inserting, { folder: join(folder, 'insert'), round, files: its.files }))
  }
  ingesting.disconnect()
  inserting.disconnect()
  const [first] = ingested
  return {
    ingest: medianOf(ingested.map(({ cost }) => cost)),
    /** Of a process, which compiles all that the later ones have compiled. */
    first: first?.cost ?? medianOf([]),
    raw: medianOf(inserted.map(({ raw }) => raw)),
    file: medianOf(inserted.map(({ file }) => file)),
    rows: first?.rows ?? 0,
  }
}

function start(script: string): ChildProcess {
  const child = fork(new URL(script, import.meta.url))
  // It has said why.
  child.on('exit', (code) => code === 0 || process.exit(1))
  return child
}

async function ask<Answer>(child: ChildProcess, question: object): Promise<Answer> {
  child.send(question)
  const [answer] = await once(child, 'message')
  return answer
}
