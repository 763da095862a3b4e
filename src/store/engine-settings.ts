import { join } from 'node:path'
import { readIfThere, replaceFile } from '../journal/home.ts'

/**
 * What the embedded engine keeps in memory beside the rows that it is given, where its defaults are those of a server:
 * - a part is written with buffers that grow, not with two megabytes for each of its columns;
 * - parts that were merged, which take memory too, go after half a minute: what they were merged into is on the disk;
 * - no merge begins while others take 256 MiB.
 */
const configuration = `<clickhouse>
  <merge_tree>
    <min_columns_to_activate_adaptive_write_buffer>1</min_columns_to_activate_adaptive_write_buffer>
    <old_parts_lifetime>30</old_parts_lifetime>
  </merge_tree>
  <merges_mutations_memory_usage_soft_limit>268435456</merges_mutations_memory_usage_soft_limit>
</clickhouse>
`

/**
 * To make machine code of an expression takes longer than most commands have work for it: of what ingest asks again and again
 * half a second, and a search through ten million spans takes a sixth more without.
 */
const uncompiled = ['compile_expressions', 'compile_aggregate_expressions', 'compile_sort_description']

/** Writes the engine's configuration beside its data; what it is to be started with. */
export function engineArguments(directory: string): readonly string[] {
  const path = join(directory, 'calltrail.xml')
  if (readIfThere(path)?.toString() !== configuration) replaceFile(path, configuration)
  return [`--config-file=${path}`, ...uncompiled.map((setting) => `--${setting}=0`)]
}

/** Bytes that are inserted until the engine gives back what it has freed; by itself it does so late. */
const purgeBytes = 16 * 1024 * 1024

/** Called after each insert with its size: true when it is time for `purge`. */
export function insertedBytes(): (bytes: number) => boolean {
  let inserted = 0
  return (bytes) => {
    inserted += bytes
    if (inserted < purgeBytes) return false
    inserted = 0
    return true
  }
}

export const purge = 'SYSTEM JEMALLOC PURGE'
