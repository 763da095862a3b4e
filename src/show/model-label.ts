import { escapeText } from './escape.ts'

/** A model's name; nobody shall take a baseline for a language model. */
export function modelLabel(name: string): string {
  return escapeText(name) + (name.startsWith('baseline:') ? ' (baseline, not a language model)' : '')
}
