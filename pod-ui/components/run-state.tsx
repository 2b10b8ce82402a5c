import { words } from '../words/words.ts'

type State = keyof typeof words.runs.states

export function RunState({ state }: { state: State }) {
  const tone = { queued: '', running: '', done: 'good', done_with_problems: 'warn', failed: 'bad' }[state]
  return <span class={`badge badge-${tone}`}>{words.runs.states[state]}</span>
}
