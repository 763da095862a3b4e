import type { Transcript } from '../../domain/grader.ts'

/** What the user said, and the model's last words before the user went on. */
export interface Exchange {
  readonly prompt: string
  readonly answer: string
}

/** The conversation, oldest first. The user goes on once the model has answered without deciding on a call. */
export function exchangesOf({ prompt, answer, turns }: Transcript): readonly Exchange[] {
  const asked = turns.filter((turn) => turn.type === 'model')
  const exchanges: Exchange[] = []
  let said = prompt
  asked.slice(0, -1).forEach(({ text, decisions }, index) => {
    if (decisions.length > 0) return
    exchanges.push({ prompt: said, answer: text })
    said = asked[index + 1]?.prompt ?? ''
  })
  return [...exchanges, { prompt: said, answer: answer ?? '' }]
}
